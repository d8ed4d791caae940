// Which plugin looks at a token's times, and with how much tolerance: claims_to_verify, maximum_expiration, leeway.
import type { Sighting } from '../intake/place.ts';
import type { Facts, TokenSeen } from './facts.ts';
import { authPlugins, textsOf } from './questions.ts';
import { numericDate } from './tokens-seen.ts';

/**
 * Where the configuration says that a time claim is not looked at: the jwt plugin checks only what claims_to_verify
 * names (Kong 0.10 to 3.9), and no other plugin of the paste reads tokens.
 */
export function unverifiedBy(claim: 'exp' | 'nbf', { config }: Pick<Facts, 'config'>): Sighting | undefined {
  const plugins = authPlugins({ config });
  if (plugins.length === 0 || plugins.some((plugin) => plugin.name !== 'jwt')) return undefined;
  const fields = plugins.map((plugin) => plugin.field('claims_to_verify'));
  return fields.some(({ value }) => textsOf(value).includes(claim)) ? undefined : fields[0]?.sighting;
}

/** Seconds that openid-connect forgives, and where it says so; undefined when none or not given. */
export function leewayOf({ config }: Pick<Facts, 'config'>): { seconds: number; sighting: Sighting } | undefined {
  for (const plugin of config.pluginsNamed('openid-connect')) {
    const { value, from, sighting } = plugin.field('leeway');
    if (typeof value === 'number' && value > 0 && from === 'given') return { seconds: value, sighting };
  }
  return undefined;
}

/** A token that lives longer than the jwt plugin's maximum_expiration allows. */
export interface TooLong {
  readonly token: TokenSeen;
  /** Seconds from the instant it is judged by to exp. */
  readonly lives: number;
  readonly allowed: number;
  readonly sighting: Sighting;
}

/** Tokens whose exp lies further ahead than maximum_expiration (seconds; 0 is no limit). */
export function tooLongFor({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly TooLong[] {
  return config.pluginsNamed('jwt').flatMap((plugin) => {
    const { value, sighting } = plugin.field('maximum_expiration');
    if (typeof value !== 'number' || value <= 0) return [];
    return tokens.flatMap((token) => {
      const exp = numericDate(token.token.claims?.exp);
      const lives = exp === undefined || token.judgedAt === undefined ? 0 : exp - token.judgedAt / 1000;
      return lives > value ? [{ token, lives, allowed: value, sighting }] : [];
    });
  });
}
