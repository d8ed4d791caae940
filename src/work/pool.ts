// Diagnoses off the event loop: worker threads read and weigh, plain redacted values come back.
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';

/** Text, or a file that the worker streams. */
export interface AnalystInput {
  /** As evidence calls it. */
  readonly source: string;
  readonly text?: string;
  readonly path?: string;
}

export interface AnalystOptions {
  /** The instant to judge tokens by, ms since 1970. */
  readonly now?: number;
  readonly flavour?: Flavour;
}

export interface Analyst {
  /** As `diagnose` has it. Throws KongauthError `busy` when too many wait, `internal` when the worker died. */
  diagnose(inputs: readonly AnalystInput[], options: AnalystOptions): Promise<Diagnosis>;
  /** Ends the threads; what they were at is given up. */
  close(): Promise<void>;
}
