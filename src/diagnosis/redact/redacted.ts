// The brand of text that may leave the program. Only redact/redact.ts makes it.

declare const redacted: unique symbol;
/** Text in which every secret that we know of is replaced by its kind and fingerprint. */
export type Redacted = string & { readonly [redacted]: true };

/** A secret as it may be shown: what it is, and a keyed fingerprint by which equal ones look equal. */
export interface SecretRef {
  readonly kind: SecretKind;
  /** `fp:` and 8 hex digits of an HMAC-SHA-256 with the key of this run or installation. */
  readonly fingerprint: string;
}

/** Kinds of secrets; shown to people, so in their words. */
export const SECRET_KINDS = [
  'jwt',
  'jwe',
  'opaque-token',
  'api-key',
  'password',
  'basic-credential',
  'client-secret',
  'jwt-secret',
  'hmac-secret',
  'signature',
  'cookie',
  'session-secret',
  'authorization-code',
  'refresh-token',
  'provision-key',
  'private-key',
  'admin-token',
  'debug-token',
  'cloud-key',
  'slack-token',
  'other-secret',
] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];
