// Interactive elements of Block Kit as native controls: each has a name, works with the keyboard and asks before what it must.
import { confirmed } from './confirm.ts';
import { button, el, freshId } from './dom.ts';
import { openMenu } from './menu.ts';
import { plain } from './mrkdwn.ts';
import { type Fields, fieldsOf, type Given, isFields, listOf, textOf } from './wire.ts';

/** Told what was pressed or chosen. */
export type Press = (actionId: string, given: Given) => void;

/** What can be chosen from where no options are given. */
export interface Choices {
  readonly people: readonly { readonly id: string; readonly label: string }[];
  readonly channels: readonly { readonly id: string; readonly label: string }[];
}

/** @param label of the input that it belongs to; else it names itself */
export function interactive(element: Fields, press: Press, choices: Choices, label?: string): HTMLElement {
  const actionId = String(element.action_id ?? '');
  const say = (given: Given): void => {
    void confirmed(element.confirm, given).then((is) => {
      if (is) press(actionId, given);
    });
  };
  switch (element.type) {
    case 'button':
      return pressable(element, () => say(undefined));
    case 'icon_button':
      return button(textOf(element.text) || 'Remove', { class: 'small', 'aria-label': labelOf(element) }, () =>
        say(undefined),
      );
    case 'feedback_buttons':
      return feedback(element, say);
    case 'overflow':
      return overflow(element, say);
    case 'image':
      return picture(element);
    default: {
      const control = inputControl(element, choices, label);
      control.addEventListener('change', () => say(givenIn(control)));
      return control;
    }
  }
}

function pressable(element: Fields, press: () => void): HTMLElement {
  const label = text(element.text);
  const kind = element.style === 'primary' ? 'primary' : element.style === 'danger' ? 'danger' : '';
  const address = textOf(element.url);
  const made = button(label, { class: `act ${kind}`, 'aria-label': labelOf(element) }, () => {
    if (/^https?:\/\//.test(address)) window.open(address, '_blank', 'noreferrer');
    press();
  });
  return made;
}

function labelOf(element: Fields): string | undefined {
  const { accessibility_label: label } = element;
  return typeof label === 'string' ? label : undefined;
}

function feedback(element: Fields, say: (given: Given) => void): HTMLElement {
  const sides = (['positive', 'negative'] as const).flatMap((side) => {
    const half = fieldsOf(element[`${side}_button`]);
    if (half.text === undefined) return [];
    const made = button(
      text(half.text),
      { class: `small ${side}`, 'aria-label': labelOf(half), 'aria-pressed': 'false' },
      () => {
        for (const other of sides) other.setAttribute('aria-pressed', String(other === made));
        say(side);
      },
    );
    return [made];
  });
  return el('span', { class: 'feedback', role: 'group', 'aria-label': 'Was this right?' }, ...sides);
}

function overflow(element: Fields, say: (given: Given) => void): HTMLElement {
  const made = button('⋯', { class: 'small', 'aria-label': 'More choices', 'aria-haspopup': 'menu' }, () =>
    openMenu(
      made,
      listOf(element.options).map((option) => ({ label: text(option.text), choose: () => say(String(option.value)) })),
    ),
  );
  return made;
}

/** A picture of this workspace; one of elsewhere is only named, since nothing is loaded from elsewhere. */
export function picture(block: Fields): HTMLElement {
  const alt = textOf(block.alt_text) || textOf(block.title) || 'Picture';
  const { id } = fieldsOf(block.slack_file);
  if (typeof id === 'string') return el('img', { src: `/files/${id}/picture`, alt, class: 'picture' });
  return el('span', { class: 'missing' }, `${alt} (a picture of another host is not loaded here)`);
}

/** The control of an input, without what listens to it; `givenIn` reads it. */
export function inputControl(element: Fields, choices: Choices, label?: string): HTMLElement {
  const name =
    label === undefined
      ? { 'aria-label': textOf(element.placeholder) || textOf(element.accessibility_label) || 'Choose' }
      : {};
  const type = String(element.type);
  switch (type) {
    case 'plain_text_input': {
      const bounds = { maxlength: number(element.max_length), minlength: number(element.min_length) };
      const common = { ...name, ...bounds, placeholder: textOf(element.placeholder) || undefined };
      if (element.multiline !== true) return withValue(el('input', { type: 'text', ...common }), element.initial_value);
      return withValue(el('textarea', { rows: 7, ...common }), element.initial_value);
    }
    case 'email_text_input':
      return withValue(el('input', { type: 'email', ...name }), element.initial_value);
    case 'url_text_input':
      return withValue(el('input', { type: 'url', ...name }), element.initial_value);
    case 'number_input':
      return withValue(
        el('input', {
          ...{ type: 'number', ...name, step: element.is_decimal_allowed === true ? 'any' : 1 },
          min: textOf(element.min_value) || undefined,
          max: textOf(element.max_value) || undefined,
        }),
        element.initial_value,
      );
    case 'datepicker':
      return withValue(el('input', { type: 'date', ...name }), element.initial_date);
    case 'timepicker':
      return withValue(el('input', { type: 'time', ...name }), element.initial_time);
    case 'checkboxes':
    case 'radio_buttons':
      return ticks(element, type === 'checkboxes' ? 'checkbox' : 'radio');
    case 'users_select':
      return selectOf(
        choices.people.map(({ id, label: shown }) => [id, shown]),
        element,
        name,
      );
    case 'conversations_select':
    case 'channels_select':
      return selectOf(
        choices.channels.map(({ id, label: shown }) => [id, shown]),
        element,
        name,
      );
    default:
      return selectOf(
        optionsOf(element).map((option) => [String(option.value), text(option.text)]),
        element,
        name,
      );
  }
}

/** What a control holds. */
export function givenIn(control: HTMLElement): Given {
  if (control instanceof HTMLSelectElement)
    return control.multiple ? [...control.selectedOptions].map(({ value }) => value) : control.value;
  if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement) return control.value;
  return [...control.querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => value);
}

function withValue<T extends HTMLInputElement | HTMLTextAreaElement>(control: T, value: unknown): T {
  if (typeof value === 'string') control.value = value;
  return control;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function optionsOf(element: Fields): readonly Fields[] {
  return [...listOf(element.options), ...listOf(element.option_groups).flatMap((group) => listOf(group.options))];
}

function selectOf(
  options: readonly (readonly [value: string, label: string])[],
  element: Fields,
  name: Readonly<Record<string, string>>,
): HTMLSelectElement {
  const isMultiple = String(element.type).startsWith('multi_');
  const initial = isFields(element.initial_option) ? [element.initial_option] : listOf(element.initial_options);
  const conversation = textOf(element.initial_conversation);
  const chosen = new Set([
    ...initial.map(({ value }) => String(value)),
    ...(conversation === '' ? [] : [conversation]),
  ]);
  const select = el('select', { ...name, multiple: isMultiple });
  if (!isMultiple && chosen.size === 0) {
    const placeholder = el('option', { value: '', disabled: true, selected: true, hidden: true });
    placeholder.textContent = textOf(element.placeholder) || 'Choose';
    select.append(placeholder);
  }
  for (const [value, label] of options) select.append(el('option', { value, selected: chosen.has(value) }, label));
  return select;
}

function ticks(element: Fields, type: 'checkbox' | 'radio'): HTMLElement {
  const group = freshId('ticks');
  const initial = [
    ...listOf(element.initial_options),
    ...(isFields(element.initial_option) ? [element.initial_option] : []),
  ];
  const chosen = new Set(initial.map(({ value }) => String(value)));
  return el(
    'div',
    { class: 'ticks', role: type === 'radio' ? 'radiogroup' : 'group' },
    ...optionsOf(element).map((option) =>
      el(
        'label',
        {},
        el('input', { type, name: group, value: String(option.value), checked: chosen.has(String(option.value)) }),
        text(option.text),
      ),
    ),
  );
}

function text(value: unknown): string {
  return plain(textOf(value), fieldsOf(value).emoji !== false);
}
