// What is attached and not sent yet: its names, each with a way to take it off again.
import { button, el } from './dom.ts';

export interface Attached {
  readonly id: string;
  readonly name: string;
}

/**
 * Draws them anew.
 * @param attached what is taken off goes out of it
 * @param after called when one was taken off, whose button had the focus
 */
export function drawChips(list: HTMLElement, attached: Attached[], after: () => void): void {
  list.hidden = attached.length === 0;
  list.replaceChildren(
    ...attached.map((file) =>
      el(
        'li',
        {},
        file.name,
        button('Remove', { class: 'small', 'aria-label': `Remove ${file.name}` }, () => {
          attached.splice(attached.indexOf(file), 1);
          drawChips(list, attached, after);
          after();
        }),
      ),
    ),
  );
}
