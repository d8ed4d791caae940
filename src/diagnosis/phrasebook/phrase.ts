// A phrase: words that a product (or a person) says, where, since when, and which causes they point to. Data only.
import type { CauseName } from '../names.ts';

/** Where words can stand; a phrase is only looked for there. `anywhere` also matches a person's prose. */
export type PhraseWhere = 'response-body' | 'response-header' | 'error-log' | 'cli-output' | 'oauth-error' | 'anywhere';

export interface Phrase {
  /** Plugin or part that speaks, as Kong's logs name it (`jwt`, `openid-connect`, `core router`), or the vendor. */
  readonly component: string;
  /** Kong versions with this text: `all`, or ranges as `>=3.6`, `<3.6`, `>=3.8 <3.11`. */
  readonly versions: string;
  readonly where: PhraseWhere;
  /** Literal text; `{name}` stands for any text within the line. Compared without regard to case. */
  readonly text: string;
  /** The whole message must be this text, not just contain it. For short texts such as `Unauthorized`. */
  readonly whole?: boolean;
  readonly level?: string;
  readonly status?: number;
  /** OAuth error code that must stand beside the description, for `oauth-error`. */
  readonly code?: string;
  /** The cause that the text points to first, and others it can have. */
  readonly points: CauseName;
  readonly also?: readonly CauseName[];
  /** Log-odds for `points`; default by `where` (weigh/). Give one only with a reason in `means`. */
  readonly weight?: number;
  /** What it means, one sentence in our own words; shown as evidence (`says`). */
  readonly means: string;
  /** Where we know it from: a URL, a source file with version, an RFC section. */
  readonly source: string;
}
