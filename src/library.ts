// The library's entry: diagnosis of text or bytes, with a key of the run and the clock where none is given.
import { randomBytes } from 'node:crypto';
import { type DiagnosisInput, diagnose as diagnoseInputs } from './diagnosis/diagnose.ts';
import { type DiagnosisJson, toJson } from './render/json.ts';

export type { DiagnosisJson } from './render/json.ts';

export interface DiagnoseOptions {
  /** Key of the fingerprints; random for this call when absent. */
  readonly key?: Uint8Array;
  /** The instant to judge tokens by that stand in no exchange; the clock when absent. */
  readonly now?: Date;
}

/**
 * Diagnoses pasted material and answers in the form of the public contract (version 1).
 * @param input text, bytes, or several named inputs
 */
export async function diagnose(
  input: string | Uint8Array | readonly DiagnosisInput[],
  options: DiagnoseOptions = {},
): Promise<DiagnosisJson> {
  const inputs = typeof input === 'string' || input instanceof Uint8Array ? [{ source: 'input', bytes: input }] : input;
  return toJson(
    await diagnoseInputs(inputs, { key: options.key ?? randomBytes(32), now: (options.now ?? new Date()).getTime() }),
  );
}
