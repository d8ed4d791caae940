// What is wrong with us or the world: one error class, a closed list of codes, one sentence for the user each.

export const ERROR_CODES = [
  'usage',
  'input-unreadable',
  'settings-invalid',
  'not-configured',
  'forbidden',
  'busy',
  'slack-refused',
  'slack-rate-limited',
  'slack-unreachable',
  'kong-unreachable',
  'kong-refused',
  'kong-not-found',
  'kong-failed',
  'kong-unreadable',
  'kong-read-only',
  'kong-rejected',
  'kong-outcome-unknown',
  'provider-refused',
  'provider-unreachable',
  'metrics-unreachable',
  'metrics-unreadable',
  'store-down',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error for the user: `code` to switch on, `message` one sentence that says what to do, `cause` kept for the log. */
export class KongauthError extends Error {
  override readonly name = 'KongauthError';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether the store is away for now: the work can be done later, or without it. */
export function isStoreDown(error: unknown): boolean {
  return error instanceof KongauthError && error.code === 'store-down';
}
