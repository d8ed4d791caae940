// Tokens and the instant each is judged by: the exchange it stands in, else the paste's other times, else the caller's.

import type { TokenObservation } from '../readers/observation.ts';
import type { Exchange, TokenSeen } from './facts.ts';

/** Seconds of a NumericDate claim (RFC 7519 §2), also when it was given as text or in milliseconds. */
export function numericDate(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{9,13}(?:\.\d{1,6})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  return number > 1e11 ? number / 1000 : number;
}

/**
 * Judges tokens by time.
 * @param pasteAt any other instant of the paste, ms since 1970 (the latest log line or Date header)
 * @param now the caller's instant, ms since 1970
 */
export function tokensSeen(
  tokens: readonly TokenObservation[],
  exchanges: readonly Exchange[],
  pasteAt: number | undefined,
  now: number | undefined,
): readonly TokenSeen[] {
  return tokens.map((token) => {
    const exchange = exchanges.find((candidate) => carries(candidate, token));
    const at = exchange?.at ?? token.at;
    const [judgedAt, judgedBy] =
      at !== undefined
        ? ([at, 'exchange'] as const)
        : pasteAt !== undefined
          ? ([pasteAt, 'paste'] as const)
          : now !== undefined
            ? ([now, 'now'] as const)
            : ([undefined, 'nothing'] as const);
    const exp = numericDate(token.claims?.exp);
    const starts = Math.max(numericDate(token.claims?.nbf) ?? 0, numericDate(token.claims?.iat) ?? 0);
    return {
      token,
      judgedBy,
      ...(judgedAt === undefined ? {} : { judgedAt }),
      ...(exp !== undefined && judgedAt !== undefined ? { expiresInSeconds: exp - judgedAt / 1000 } : {}),
      ...(starts > 0 && judgedAt !== undefined && starts > judgedAt / 1000
        ? { startsInSeconds: starts - judgedAt / 1000 }
        : {}),
      ...(exchange === undefined ? {} : { exchange }),
    };
  });
}

function carries(exchange: Exchange, token: TokenObservation): boolean {
  return (
    exchange.request?.credentials.some((credential) => credential.secret?.fingerprint === token.secret.fingerprint) ??
    false
  );
}
