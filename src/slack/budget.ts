// How much one person and one channel may ask for in a while, so that nobody takes the bot from the others.

export type Allowance = { readonly ok: true } | { readonly ok: false; readonly retryInSeconds: number };

export interface Budget {
  /** Takes one question from the allowance of both; says how long to wait when either is used up. */
  take(user: string, channel: string): Allowance;
}
