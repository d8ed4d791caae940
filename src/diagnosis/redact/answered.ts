// Answers about secrets, kept without the secrets: what was once checked need not be known to be told again.
import { createHash } from 'node:crypto';
import type { SecretQuestions } from './redact.ts';

/** By question; plain values. */
export type Answers = Readonly<Record<string, unknown>>;

export interface RememberedQuestions extends SecretQuestions {
  /** Every answer given so far, the earlier ones included. */
  readonly answers: () => Answers;
}

/**
 * Asks, and remembers what was answered.
 * @param secrets who knows the secrets of this run
 * @param earlier answers of runs whose secrets nobody has any more
 */
export function remembering(secrets: SecretQuestions, earlier: Answers = {}): RememberedQuestions {
  const known = new Map(Object.entries(earlier));
  function asked<T>(question: readonly (string | undefined)[], ask: () => T | undefined): T | undefined {
    const key = JSON.stringify(question);
    const fresh = ask();
    if (fresh === undefined) return known.get(key) as T | undefined;
    known.set(key, fresh);
    return fresh;
  }
  return {
    answers: () => Object.fromEntries(known),
    checkSignature: (token, key, reading) =>
      asked(['signature', token, 'secret' in key ? key.secret : hashOf(key.publicKey), reading], () =>
        secrets.checkSignature(token, key, reading),
      ),
    isWholeSignature: (token) => asked(['whole', token], () => secrets.isWholeSignature(token)),
    difference: (presented, other, salt) =>
      asked(
        ['difference', presented, other, salt],
        // Equal fingerprints are equal secrets, also when nobody has them any more.
        () => secrets.difference(presented, other, salt) ?? (presented === other ? 'equal' : undefined),
      ),
  };
}

/** Public keys are long, and public. */
function hashOf(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('base64url');
}
