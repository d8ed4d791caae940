// What a remedy is before it is rendered: a title, a risk, a note, and a change or a call to paste.

import type { Risk } from '../diagnosis.ts';
import type { Flavour } from '../names.ts';
import type { Change } from './change.ts';

export interface RemedyDraft {
  /** Imperative, at most ten words. */
  readonly title: string;
  readonly risk: Risk;
  /** What it changes and what to mind; where common advice is wrong, the right form and why, in one line. */
  readonly note: string;
  /** Rendered in every flavour that can express it. */
  readonly changes: readonly Change[];
  /** Text that is no configuration change (a replay curl, a client-side fix); shown for every flavour it names. */
  readonly text?: { readonly [F in Flavour]?: string };
  /** Base of the Admin API as the paste calls it; the default is localhost. */
  readonly adminUrl?: string;
}
