// A list of messages that is drawn again and again: what has not changed stays, focus and reading place are kept.
import { el } from './dom.ts';
import type { Message } from './wire.ts';

export interface ListParts {
  /** What it is called. */
  readonly label: string;
  /** Said when there is nothing. */
  readonly empty: string;
  readonly draw: (message: Message) => HTMLElement;
  readonly replies: (message: Message) => number;
  readonly isOfBot: (message: Message) => boolean;
  /** Whether it came after what was done last. */
  readonly isFresh: (message: Message) => boolean;
}

const stamps = new WeakMap<HTMLElement, string>();
/** Closer to the end than this is at the end. */
const END = 60;

export function drawList(scroll: HTMLElement, shown: readonly Message[], parts: ListParts): void {
  const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < END;
  const before = scroll.scrollTop;
  const old = new Map([...scroll.querySelectorAll<HTMLElement>('.message')].map((item) => [item.dataset.id, item]));
  const items = shown.map((message) => {
    const stamp = JSON.stringify([message, parts.replies(message)]);
    const kept = old.get(message.id);
    if (kept !== undefined && stamps.get(kept) === stamp) return kept;
    const made = parts.draw(message);
    stamps.set(made, stamp);
    return made;
  });
  const last = items.at(-1);
  if (last !== undefined && !items.some(({ tabIndex }) => tabIndex === 0)) last.tabIndex = 0;
  const isNewest = last !== undefined && !old.has(last.dataset.id);
  const focusAgain = focusKept(scroll);
  if (items.length === 0) scroll.replaceChildren(el('p', { class: 'empty' }, parts.empty));
  else scroll.replaceChildren(el('ol', { class: 'messages', 'aria-label': parts.label }, ...items));
  focusAgain();
  const answer = isNewest ? items[firstAnswer(shown, parts)] : undefined;
  // An answer is read from its beginning.
  if (answer !== undefined) scroll.scrollTop = answer.offsetTop - 12;
  else scroll.scrollTop = isAtEnd || isNewest ? scroll.scrollHeight : before;
}

/** Index of the first answer to what was done last, or to what somebody said; -1 when there is none yet. */
function firstAnswer(shown: readonly Message[], { isFresh, isOfBot }: ListParts): number {
  const fresh = shown.findIndex((message) => isFresh(message) && isOfBot(message));
  if (fresh >= 0) return fresh;
  const asked = shown.findLastIndex((message) => !isOfBot(message));
  return asked < 0 || asked === shown.length - 1 ? -1 : asked + 1;
}

/** Finds the focused control again after its message was drawn anew. */
function focusKept(scroll: HTMLElement): () => void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !scroll.contains(focused)) return () => undefined;
  const id = focused.closest<HTMLElement>('.message')?.dataset.id;
  const nameOf = (one: HTMLElement): string => one.getAttribute('aria-label') ?? one.textContent ?? '';
  const name = nameOf(focused);
  return () => {
    if (scroll.contains(focused)) {
      focused.focus({ preventScroll: true });
      return;
    }
    const message = [...scroll.querySelectorAll<HTMLElement>('.message')].find((item) => item.dataset.id === id);
    const alike = [...(message?.querySelectorAll<HTMLElement>(focused.tagName.toLowerCase()) ?? [])];
    (alike.find((one) => nameOf(one) === name) ?? message)?.focus({ preventScroll: true });
  };
}

/** Up and down go from message to message; Home and End to the first and last. */
export function makeWalkable(scroll: HTMLElement): void {
  scroll.addEventListener('keydown', (event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.classList.contains('message')) return;
    const items = [...scroll.querySelectorAll<HTMLElement>('.message')];
    const at = items.indexOf(event.target);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    items[Math.max(0, Math.min(step, items.length - 1))]?.focus();
    event.preventDefault();
  });
}
