// Elements are made here and nowhere else, from text: nothing of the wire is ever read as HTML.

type Child = Node | string | undefined;

/** An element with its attributes and children; `undefined` and false attributes are left out. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  for (const child of children) if (child !== undefined && child !== '') element.append(child);
  return element;
}

/** A button that does something. */
export function button(
  label: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  press: (event: MouseEvent) => void,
): HTMLButtonElement {
  const element = el('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', press);
  return element;
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  return element;
}

let count = 0;

/** An id that nothing else has. */
export function freshId(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}
