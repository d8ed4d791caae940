// The question before what should not happen by a slip of the finger.
import { button, el, freshId } from './dom.ts';
import { type Fields, fieldsOf, type Given, isFields, textOf } from './wire.ts';

/** Asks when the element says so; true when it may go on. */
export function confirmed(confirm: unknown, _given: Given): Promise<boolean> {
  if (!isFields(confirm)) return Promise.resolve(true);
  return ask(confirm);
}

function ask(confirm: Fields): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const title = freshId('confirm');
  const body = freshId('confirm');
  const decide = (is: boolean): void => {
    resolve(is);
    dialog.close();
  };
  const yes = button(
    textOf(confirm.confirm) || 'Yes',
    { class: confirm.style === 'danger' ? 'act danger' : 'act primary' },
    () => decide(true),
  );
  const no = button(textOf(confirm.deny) || 'No', { class: 'act', autofocus: true }, () => decide(false));
  const dialog = el(
    'dialog',
    { class: 'dialog confirm', 'aria-labelledby': title, 'aria-describedby': body },
    el('h2', { id: title }, textOf(confirm.title)),
    el('p', { id: body }, textOf(fieldsOf(confirm.text))),
    el('div', { class: 'buttons' }, no, yes),
  );
  dialog.addEventListener('close', () => {
    resolve(false);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  return promise;
}
