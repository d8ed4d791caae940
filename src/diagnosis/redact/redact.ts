// The only maker of Redacted text. A stub of the interface; the redact room's owner completes it.
import type { Place } from '../intake/place.ts';
import type { Redacted, SecretKind, SecretRef } from './redacted.ts';

/** Finds and replaces secrets for one run; equal secrets get equal fingerprints. */
export interface Redactor {
  /**
   * Registers a secret that a reader recognised by its position (a field named client_secret, a header value) and
   * returns how it may be shown. Every later `text` call replaces the value wherever it stands.
   * @param value the secret as it stands in the paste; empty values return a ref but are not remembered
   */
  secret(kind: SecretKind, value: string, place: Place): SecretRef;
  /** Text with every secret replaced by `[kind fp:xxxxxxxx]`: known values, Kong's fields, headers, token shapes. Idempotent. */
  text(raw: string, place?: Place): Redacted;
  /** Every secret seen so far, first sighting each, in order. */
  readonly seen: readonly { readonly ref: SecretRef; readonly place: Place }[];
}

/** How a secret reads in redacted text. */
export function shown(ref: SecretRef): string {
  return `[${ref.kind} ${ref.fingerprint}]`;
}
