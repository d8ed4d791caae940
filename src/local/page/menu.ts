// Menus that open below a button: arrow keys, Home, End, a letter, Escape, and the focus goes back.
import { button, el } from './dom.ts';

export interface Entry {
  readonly label: string;
  readonly choose: () => void;
}

let closeOpen: (() => void) | undefined;

/** Opens a menu below its button; a second press closes it. */
export function openMenu(opener: HTMLElement, entries: readonly Entry[]): void {
  const wasOpen = opener.getAttribute('aria-expanded') === 'true';
  closeOpen?.();
  if (wasOpen || entries.length === 0) return;
  const close = (): void => {
    closeOpen = undefined;
    opener.setAttribute('aria-expanded', 'false');
    menu.remove();
    document.removeEventListener('pointerdown', outside);
  };
  const items = entries.map(({ label, choose }) =>
    button(label, { role: 'menuitem', tabindex: -1 }, () => {
      close();
      opener.focus();
      choose();
    }),
  );
  const menu = el(
    'div',
    { class: 'menu', role: 'menu', 'aria-label': opener.getAttribute('aria-label') ?? opener.textContent ?? '' },
    ...items,
  );
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !menu.contains(event.target) && !opener.contains(event.target)) close();
  };
  menu.addEventListener('keydown', (event) => {
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const step = steps[event.key];
    if (step !== undefined) items[(step + items.length) % items.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      close();
      opener.focus();
    } else if (event.key.length === 1 && event.key !== ' ')
      items.find((item) => item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Within an open modal everything else is out of reach.
  (opener.closest('dialog') ?? document.body).append(menu);
  const { bottom, left, right } = opener.getBoundingClientRect();
  const width = menu.offsetWidth;
  menu.style.top = `${Math.min(bottom + 4, window.innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, left + width > window.innerWidth - 8 ? right - width : left)}px`;
  opener.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside);
  closeOpen = close;
  items[0]?.focus();
}
