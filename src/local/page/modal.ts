// Modals of the bot: a dialog that keeps the focus, with inputs, attached files, and what was wrong beside each input.
import { type Drawing, drawBlocks } from './blocks.ts';
import { drawChips } from './chips.ts';
import { button, el, freshId } from './dom.ts';
import { givenIn, inputControl } from './elements.ts';
import { type Acted, attach, type Fields, fieldsOf, type Given, listOf, textOf } from './wire.ts';

export interface ModalParts extends Omit<Drawing, 'press'> {
  readonly person: string;
  readonly press: (view: string, actionId: string, given: Given) => void;
  readonly submit: (view: string, values: Readonly<Record<string, Given>>) => Promise<Acted>;
  readonly leave: (view: string) => void;
  readonly fail: (sentence: string) => void;
}

/** Shows the upmost of the open views, and closes the dialog when there is none. */
export function createModals(parts: () => ModalParts): (views: readonly Fields[]) => void {
  let dialog: HTMLDialogElement | undefined;
  let shown: Fields | undefined;
  let opener: Element | null = null;
  return (views) => {
    const view = views.at(-1);
    if (view === shown) return;
    if (shown === undefined) opener = document.activeElement;
    shown = view;
    dialog?.remove();
    dialog = view === undefined ? undefined : draw(view, parts());
    if (dialog !== undefined) {
      document.body.append(dialog);
      dialog.showModal();
      dialog.querySelector<HTMLElement>('textarea, input:not([type=file]), select')?.focus();
    } else if (opener instanceof HTMLElement) opener.focus();
  };
}

function draw(view: Fields, parts: ModalParts): HTMLDialogElement {
  const id = String(view.id);
  const title = freshId('modal');
  const inputs = new Map<string, { readonly given: () => Given; readonly fault: (sentence: string) => void }>();
  const content = listOf(view.blocks).flatMap((block, index) =>
    block.type === 'input'
      ? [input(block, String(block.block_id ?? `b${index}`), inputs, parts)]
      : drawBlocks([block], { ...parts, press: (actionId, given) => parts.press(id, actionId, given) }),
  );
  const leave = (): void => parts.leave(id);
  const submitLabel = textOf(view.submit);
  const submit = el('button', { type: 'submit', class: 'act primary' }, submitLabel || 'Submit');
  const form = el(
    'form',
    { novalidate: true },
    el(
      'div',
      { class: 'modal-head' },
      el('h2', { id: title }, textOf(view.title)),
      button('×', { class: 'small', 'aria-label': 'Close' }, leave),
    ),
    el('div', { class: 'modal-body' }, ...content),
    el(
      'div',
      { class: 'buttons' },
      button(textOf(view.close) || (submitLabel === '' ? 'Close' : 'Cancel'), { class: 'act' }, leave),
      submitLabel === '' ? undefined : submit,
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (submitLabel === '') return;
    submit.disabled = true;
    for (const { fault } of inputs.values()) fault('');
    const values = Object.fromEntries([...inputs].map(([blockId, { given }]) => [blockId, given()]));
    parts
      .submit(id, values)
      .then(({ errors = {} }) => {
        for (const [blockId, sentence] of Object.entries(errors)) inputs.get(blockId)?.fault(sentence);
        form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      })
      .catch((error: unknown) => parts.fail(error instanceof Error ? error.message : 'The form could not be sent.'))
      .finally(() => {
        submit.disabled = false;
      });
  });
  const dialog = el('dialog', { class: 'dialog modal', 'aria-labelledby': title }, form);
  dialog.addEventListener('cancel', (event) => {
    // The bot's workspace closes it, so that both know.
    event.preventDefault();
    leave();
  });
  return dialog;
}

function input(
  block: Fields,
  blockId: string,
  inputs: Map<string, { readonly given: () => Given; readonly fault: (sentence: string) => void }>,
  parts: ModalParts,
): HTMLElement {
  const element = fieldsOf(block.element);
  const controlId = freshId('input');
  const hintId = freshId('hint');
  const faultId = freshId('fault');
  const label = textOf(block.label);
  const isFile = element.type === 'file_input';
  const files = isFile ? fileInput(parts, label) : undefined;
  const control = files?.control ?? inputControl(element, parts.choices, label);
  const hint = textOf(block.hint);
  const isGroup = !isFile && control.tagName === 'DIV';
  control.id = controlId;
  const described = hint === '' ? faultId : `${hintId} ${faultId}`;
  control.setAttribute('aria-describedby', described);
  if (isGroup) control.setAttribute('aria-label', label);
  const faultLine = el('p', { id: faultId, class: 'fault', role: 'alert' });
  inputs.set(blockId, {
    given: files?.given ?? (() => givenIn(control)),
    fault: (sentence) => {
      faultLine.textContent = sentence;
      control.setAttribute('aria-invalid', String(sentence !== ''));
    },
  });
  const words = [label, block.optional === true ? el('span', { class: 'optional' }, ' (optional)') : undefined];
  return el(
    'div',
    { class: 'input' },
    isGroup ? el('p', { class: 'label' }, ...words) : el('label', { class: 'label', for: controlId }, ...words),
    control,
    files?.list,
    hint === '' ? undefined : el('p', { id: hintId, class: 'hint' }, hint),
    faultLine,
  );
}

function fileInput(
  parts: ModalParts,
  label: string,
): { readonly control: HTMLInputElement; readonly list: HTMLElement; readonly given: () => Given } {
  const attached: { readonly id: string; readonly name: string }[] = [];
  const list = el('ul', { class: 'chips', 'aria-label': `${label}, attached`, hidden: true });
  const control = el('input', { type: 'file', multiple: true });
  const drawList = (): void => drawChips(list, attached, () => control.focus());
  control.addEventListener('change', () => {
    const chosen = [...(control.files ?? [])];
    control.value = '';
    void (async () => {
      for (const file of chosen) attached.push({ id: await attach(parts.person, file), name: file.name });
      drawList();
    })().catch((error: unknown) =>
      parts.fail(error instanceof Error ? error.message : 'The file could not be attached.'),
    );
  });
  return { control, list, given: () => attached.map(({ id }) => id) };
}
