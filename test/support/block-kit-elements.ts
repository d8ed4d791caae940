// Limits of Block Kit's interactive elements: buttons, selects, inputs, feedback, confirmations.
import { type Fields, isFields, type SlackFaults, type Surface } from './block-kit-faults.ts';

const PICKERS = ['datepicker', 'timepicker', 'datetimepicker'] as const;
const SELECTS = [
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
] as const;
const CHOICES = ['overflow', 'checkboxes', 'radio_buttons'] as const;
const INPUTS = [
  'plain_text_input',
  'rich_text_input',
  'file_input',
  'email_text_input',
  'url_text_input',
  'number_input',
];

/** Which elements stand where. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  section: ['button', 'image', ...SELECTS, ...SELECTS.map((name) => `multi_${name}`), ...CHOICES, ...PICKERS],
  actions: ['button', ...SELECTS, ...SELECTS.map((name) => `multi_${name}`), ...CHOICES, ...PICKERS],
  input: [...SELECTS, ...SELECTS.map((name) => `multi_${name}`), 'checkboxes', 'radio_buttons', ...PICKERS, ...INPUTS],
  context_actions: ['feedback_buttons', 'icon_button'],
};

/** Checks one element within a block. */
export function checkElement(
  faults: SlackFaults,
  at: string,
  element: unknown,
  surface: Surface,
  parent: string,
): void {
  if (!isFields(element)) {
    faults.refuse(at, 'not an element');
    return;
  }
  const type = String(element.type);
  if (!CHILDREN[parent]?.includes(type)) {
    faults.refuse(at, `${type} in ${parent}`);
    return;
  }
  if (type === 'image') {
    faults.filled(`${at}/alt_text`, element.alt_text, 2000);
    return;
  }
  faults.filled(`${at}/action_id`, element.action_id, 255);
  if (element.confirm !== undefined) checkConfirm(faults, `${at}/confirm`, element.confirm);
  if (element.placeholder !== undefined) faults.plainText(`${at}/placeholder`, element.placeholder, 150);
  if (type === 'button') {
    checkButton(faults, at, element);
    return;
  }
  if (type === 'feedback_buttons') {
    checkFeedback(faults, at, element);
    return;
  }
  if (type === 'icon_button') {
    checkIconButton(faults, at, element);
    return;
  }
  if (type.endsWith('static_select')) {
    checkSelect(faults, at, element);
    return;
  }
  if ((CHOICES as readonly string[]).includes(type)) {
    checkOptions(faults, `${at}/options`, element.options, type === 'overflow' ? 5 : 10);
    return;
  }
  if (INPUTS.includes(type)) checkInput(faults, at, element, surface);
}

function checkButton(faults: SlackFaults, at: string, button: Fields): void {
  faults.keys(at, button, [
    ...['type', 'text', 'action_id', 'url', 'value', 'style', 'confirm', 'accessibility_label'],
  ]);
  faults.plainText(`${at}/text`, button.text, 75);
  faults.length(`${at}/value`, button.value, 2000);
  faults.length(`${at}/url`, button.url, 3000);
  faults.length(`${at}/accessibility_label`, button.accessibility_label, 75);
  faults.oneOf(`${at}/style`, button.style, ['primary', 'danger']);
}

function checkFeedback(faults: SlackFaults, at: string, element: Fields): void {
  faults.keys(at, element, ['type', 'action_id', 'positive_button', 'negative_button']);
  for (const side of ['positive_button', 'negative_button']) {
    const button = element[side];
    if (!isFields(button)) {
      faults.refuse(`${at}/${side}`, 'missing');
      continue;
    }
    faults.keys(`${at}/${side}`, button, ['text', 'value', 'accessibility_label']);
    faults.plainText(`${at}/${side}/text`, button.text, 75);
    faults.filled(`${at}/${side}/value`, button.value, 2000);
    faults.length(`${at}/${side}/accessibility_label`, button.accessibility_label, 75);
  }
}

function checkIconButton(faults: SlackFaults, at: string, button: Fields): void {
  faults.oneOf(`${at}/icon`, button.icon ?? 'missing', ['trash']);
  faults.plainText(`${at}/text`, button.text, 75);
  faults.length(`${at}/value`, button.value, 2000);
}

function checkSelect(faults: SlackFaults, at: string, select: Fields): void {
  faults.keys(at, select, [
    ...['type', 'action_id', 'placeholder', 'options', 'option_groups', 'initial_option', 'initial_options'],
    ...['confirm', 'focus_on_load', 'max_selected_items'],
  ]);
  if ((select.options === undefined) === (select.option_groups === undefined))
    faults.refuse(at, 'options or option_groups, one of them');
  if (select.options !== undefined) checkOptions(faults, `${at}/options`, select.options, 100);
  if (select.option_groups !== undefined)
    for (const [index, group] of faults.list(`${at}/option_groups`, select.option_groups, 1, 100).entries())
      if (isFields(group)) {
        faults.plainText(`${at}/option_groups/${index}/label`, group.label, 75);
        checkOptions(faults, `${at}/option_groups/${index}`, group.options, 100);
      }
  if (select.initial_option !== undefined && Array.isArray(select.options)) {
    const initial = JSON.stringify(select.initial_option);
    if (!select.options.some((option) => JSON.stringify(option) === initial))
      faults.refuse(`${at}/initial_option`, 'not one of the options');
  }
}

function checkOptions(faults: SlackFaults, at: string, options: unknown, most: number): void {
  const values = new Set<unknown>();
  for (const [index, option] of faults.list(at, options, 1, most).entries()) {
    const place = `${at}/${index}`;
    if (!isFields(option)) {
      faults.refuse(place, 'not an option');
      continue;
    }
    faults.keys(place, option, ['text', 'value', 'description', 'url']);
    faults.text(`${place}/text`, option.text, 75);
    // Slack says 150, its typings 75.
    faults.filled(`${place}/value`, option.value, 75);
    if (option.description !== undefined) faults.text(`${place}/description`, option.description, 75);
    if (values.has(option.value)) faults.refuse(place, 'value twice');
    values.add(option.value);
  }
}

function checkInput(faults: SlackFaults, at: string, input: Fields, surface: Surface): void {
  if (input.type === 'plain_text_input') {
    faults.keys(at, input, [
      ...['type', 'action_id', 'initial_value', 'multiline', 'min_length', 'max_length', 'placeholder'],
      ...['dispatch_action_config', 'focus_on_load'],
    ]);
    if (input.min_length !== undefined) faults.range(`${at}/min_length`, input.min_length, 0, 3000);
    if (input.max_length !== undefined) faults.range(`${at}/max_length`, input.max_length, 1, 3000);
    faults.length(`${at}/initial_value`, input.initial_value, 3000);
  }
  if (input.type === 'file_input') {
    faults.keys(at, input, ['type', 'action_id', 'filetypes', 'max_files']);
    if (surface !== 'modal') faults.refuse(at, `file_input in a ${surface}`);
    if (input.max_files !== undefined) faults.range(`${at}/max_files`, input.max_files, 1, 10);
  }
}

function checkConfirm(faults: SlackFaults, at: string, confirm: unknown): void {
  if (!isFields(confirm)) {
    faults.refuse(at, 'not an object');
    return;
  }
  faults.keys(at, confirm, ['title', 'text', 'confirm', 'deny', 'style']);
  faults.plainText(`${at}/title`, confirm.title, 100);
  faults.text(`${at}/text`, confirm.text, 300);
  faults.plainText(`${at}/confirm`, confirm.confirm, 30);
  faults.plainText(`${at}/deny`, confirm.deny, 30);
}
