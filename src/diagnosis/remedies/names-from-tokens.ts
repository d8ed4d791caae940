// What the tokens of a paste say: issuer, algorithm, audience, lifetime and claims that may name a consumer.
import type { Facts } from '../facts/facts.ts';

/** Claims by which tokens commonly name their client, then their subject. */
const NAMING_CLAIMS: readonly string[] = ['azp', 'client_id', 'appid', 'cid', 'preferred_username', 'sub'];
/** Seconds before the end of a token at which it should be renewed. */
const MARGIN = 15;

/** A claim of the first token that has it as text. */
export function tokenClaim(facts: Facts, name: string): string | undefined {
  const values = facts.tokens.map(({ token }) => token.claims?.[name]);
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}

/** `alg` of the first token that has one. */
export function tokenAlgorithm(facts: Facts): string | undefined {
  const values = facts.tokens.map(({ token }) => token.header?.alg);
  return values.find(
    (value): value is string => typeof value === 'string' && /^[A-Za-z]{2,5}\d{3}K?$|^EdDSA$/.test(value),
  );
}

/** The claim by which the tokens name their client or user. */
export function namingClaim(facts: Facts): string | undefined {
  return NAMING_CLAIMS.find((name) => tokenClaim(facts, name) !== undefined);
}

/** Seconds that a token lives, when the paste shows one with iat and exp, or an expires_in. */
export function tokenLifetime(facts: Facts): number | undefined {
  for (const { token } of facts.tokens) {
    const { exp, iat } = token.claims ?? {};
    if (typeof exp === 'number' && typeof iat === 'number' && exp - iat > MARGIN && exp - iat < 10 * 365 * 86_400)
      return Math.floor(exp - iat);
  }
  for (const exchange of facts.exchanges) {
    const json = exchange.response?.json;
    const seconds = typeof json === 'object' && json !== null && 'expires_in' in json ? json.expires_in : undefined;
    if (typeof seconds === 'number' && seconds > MARGIN) return Math.floor(seconds);
  }
  return undefined;
}

/** An upper bound of a cache below the lifetime of a token: 15 s less, 285 s when the paste shows none. */
export function cacheBound(facts: Facts): number {
  const lifetime = tokenLifetime(facts);
  return lifetime === undefined ? 285 : Math.max(1, lifetime - MARGIN);
}
