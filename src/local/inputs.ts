// What pressing or filling in an element says, for every element of Block Kit that takes something.
import { type Fields, isFields, objectsOf } from './fields.ts';
import { actionOf } from './payloads.ts';
import type { SlackFile } from './workspace.ts';

/** What the page gives: a value, several, or nothing. */
export type Given = string | readonly string[] | undefined;

/** Names of the field in which an element's value stands. */
const FIELD: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
};

/**
 * The state of an input in a submission.
 * @param files those that were attached, by id
 */
export function stateOf(element: Fields, given: Given, files: ReadonlyMap<string, SlackFile>): Fields {
  const type = String(element.type);
  const one = typeof given === 'string' ? given : given?.[0];
  if (type === 'file_input') return { type, files: listOf(given).flatMap((id) => files.get(id) ?? []) };
  if (isManifold(type)) {
    const wanted = new Set(listOf(given));
    return { type, selected_options: optionsOf(element).filter(({ value }) => wanted.has(String(value))) };
  }
  if (type.endsWith('_select') && FIELD[type] === undefined)
    return { type, selected_option: optionsOf(element).find(({ value }) => value === one) ?? null };
  if (type === 'radio_buttons')
    return { type, selected_option: optionsOf(element).find(({ value }) => value === one) ?? null };
  return { type, [FIELD[type] ?? 'value']: one === undefined || one === '' ? null : one };
}

/** Whether something was given, as Slack asks before it sends a form. */
export function isFilledIn(state: Fields): boolean {
  return Object.entries(state).some(
    ([name, value]) => name !== 'type' && value !== null && !(Array.isArray(value) && value.length === 0),
  );
}

/** The action of pressing or choosing. Throws Error for a choice that the element has not. */
export function pressedOf(element: Fields, given: Given): Fields {
  const type = String(element.type);
  const isPressed = type.endsWith('button') || type === 'overflow' || type === 'feedback_buttons';
  if (isPressed || (Array.isArray(element.options) && !isManifold(type)))
    return actionOf(element, typeof given === 'string' ? given : given?.[0]);
  return { action_id: element.action_id, ...stateOf(element, given, new Map()) };
}

function isManifold(type: string): boolean {
  return type.startsWith('multi_') || type === 'checkboxes';
}

function listOf(given: Given): readonly string[] {
  return given === undefined ? [] : typeof given === 'string' ? [given] : given;
}

function optionsOf(element: Fields): readonly Fields[] {
  const grouped = objectsOf(element.option_groups).flatMap((group) => objectsOf(group.options));
  return [...objectsOf(element.options), ...grouped].filter(isFields);
}
