// Where people write: Enter sends, `/` and `@` complete, files are attached by button, drop or a long paste.
import { drawChips } from './chips.ts';
import { button, el, freshId } from './dom.ts';
import { attach, type Hello } from './wire.ts';

export interface ComposerParts {
  readonly label: string;
  readonly id: string;
  readonly hello: Hello;
  /** Slack takes no slash commands in threads. */
  readonly isThread: boolean;
  readonly send: (text: string, files: readonly string[]) => Promise<void>;
  /** Said to screen readers. */
  readonly announce: (sentence: string) => void;
  readonly fail: (sentence: string) => void;
}

/** Longer pastes become a file, as Slack offers for snippets. */
const PASTE = 3500;

interface Suggestion {
  readonly shown: string;
  readonly about: string;
  /** What stands in the place of what was typed. */
  readonly text: string;
}

export interface Composer {
  readonly element: HTMLElement;
  /** Takes files that were dropped nearby. */
  take(files: Iterable<File>): void;
  focus(): void;
}

export function createComposer({ label, id, hello, isThread, send, announce, fail }: ComposerParts): Composer {
  const listId = freshId('suggestions');
  const field = el('textarea', {
    ...{ id, rows: 1, 'aria-label': label, placeholder: label, spellcheck: false },
    ...{ role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': listId },
  });
  const list = el('ul', {
    id: listId,
    class: 'suggestions',
    role: 'listbox',
    'aria-label': 'Suggestions',
    hidden: true,
  });
  const chips = el('ul', { class: 'chips', 'aria-label': 'Attached files', hidden: true });
  const picker = el('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Files to attach' });
  const attached: { readonly id: string; readonly name: string }[] = [];
  let suggestions: readonly Suggestion[] = [];
  let chosen = 0;

  const grow = (): void => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
  };

  const close = (): void => {
    suggestions = [];
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };

  const suggest = (): void => {
    suggestions = suggestionsFor(field.value.slice(0, field.selectionStart), hello, isThread);
    chosen = 0;
    if (suggestions.length === 0) {
      close();
      return;
    }
    list.replaceChildren(
      ...suggestions.map(({ shown, about }, index) => {
        const option = el(
          'li',
          { id: `${listId}-${index}`, role: 'option' },
          el('strong', {}, shown),
          el('span', {}, about),
        );
        option.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          accept(index);
        });
        return option;
      }),
    );
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    mark();
  };

  const mark = (): void => {
    for (const [index, option] of [...list.children].entries())
      option.setAttribute('aria-selected', String(index === chosen));
    field.setAttribute('aria-activedescendant', `${listId}-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  };

  const accept = (index: number): void => {
    const suggestion = suggestions[index];
    if (suggestion === undefined) return;
    const end = field.selectionStart;
    const typed = field.value.slice(0, end);
    const begin = typed.startsWith('/') ? 0 : typed.lastIndexOf('@');
    field.setRangeText(suggestion.text, begin, end, 'end');
    close();
    grow();
  };

  const draw = (): void => drawChips(chips, attached, () => field.focus());

  const take = (files: Iterable<File>): void => {
    void (async () => {
      for (const file of files) {
        attached.push({ id: await attach(hello.person, file), name: file.name });
        draw();
        announce(`${file.name} is attached.`);
      }
    })().catch((error: unknown) => fail(error instanceof Error ? error.message : 'The file could not be attached.'));
  };

  const submit = (): void => {
    const text = field.value.trim();
    const files = attached.splice(0);
    if (text === '' && files.length === 0) return;
    field.value = '';
    draw();
    close();
    grow();
    send(
      text,
      files.map((file) => file.id),
    ).catch((error: unknown) => {
      field.value = text;
      attached.push(...files);
      draw();
      fail(error instanceof Error ? error.message : 'The message could not be sent.');
    });
  };

  field.addEventListener('input', () => {
    grow();
    suggest();
  });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    const isOpen = suggestions.length > 0;
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      chosen = (chosen + step + suggestions.length) % suggestions.length;
      mark();
    } else if (isOpen && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey))) {
      // What is there already is sent and not completed.
      const isWhole = event.key === 'Enter' && suggestions[chosen]?.text.trim() === field.value.trim();
      if (isWhole) submit();
      else accept(chosen);
    } else if (isOpen && event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (files !== undefined && files.length > 0) {
      event.preventDefault();
      take(files);
      return;
    }
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.length <= PASTE) return;
    event.preventDefault();
    take([new File([text], 'pasted.log', { type: 'text/plain' })]);
  });
  picker.addEventListener('change', () => {
    take([...(picker.files ?? [])]);
    picker.value = '';
    field.focus();
  });

  const element = el(
    'form',
    { class: 'composer', 'aria-label': label },
    list,
    chips,
    field,
    el(
      'div',
      { class: 'composer-tools' },
      button('Attach files', { class: 'quiet' }, () => picker.click()),
      picker,
      el('span', { class: 'hint' }, isThread ? '@ mentions' : '/ commands, @ mentions'),
      el('button', { type: 'submit', class: 'act primary' }, 'Send'),
    ),
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  return { element, take, focus: () => field.focus() };
}

function suggestionsFor(typed: string, hello: Hello, isThread: boolean): readonly Suggestion[] {
  const [, name] = /(?:^|\s)@([a-z0-9_-]*)$/i.exec(typed) ?? [];
  if (name !== undefined) {
    const all = [
      { name: hello.bot.name, about: 'Why does Kong answer 400, 401 or 403?' },
      ...hello.people.map((person) => ({ name: person.name, about: person.realName })),
    ];
    return all
      .filter((one) => one.name.startsWith(name.toLowerCase()))
      .map((one) => ({ shown: `@${one.name}`, about: one.about, text: `@${one.name} ` }));
  }
  if (isThread || !typed.startsWith('/') || typed.includes('\n')) return [];
  return hello.commands
    .flatMap(({ command, description, hint }) => usesOf(command, description, hint))
    .filter(({ text }) => text.startsWith(typed) && text !== typed);
}

/** `diagnose [text] | status` of a usage hint are two uses. */
function usesOf(command: string, description: string, hint: string): readonly Suggestion[] {
  // A bar between letters separates words of one use.
  const uses = hint.split(' | ').filter((use) => use !== '');
  if (uses.length === 0) return [{ shown: command, about: description, text: `${command} ` }];
  return uses.map((use) => {
    const [verb = '', ...rest] = use.split(' ');
    return {
      shown: `${command} ${verb}`,
      about: rest.join(' '),
      text: `${command} ${verb}${rest.length > 0 ? ' ' : ''}`,
    };
  });
}
