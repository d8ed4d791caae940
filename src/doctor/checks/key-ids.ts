// key-ids: whether the keys that recent tokens name are known to the gateway; only where such tokens were given.
import type { Check } from '../check.ts';
import { listed, mapOf } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'key-ids';

export const keyIds: Check = {
  name: NAME,
  title: 'Key ids of recent tokens',
  run({ gateway, tokens = [] }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const byClaim = new Map(
      map.pluginsNamed('jwt').map((plugin) => [String(map.field(plugin, 'key_claim_name').value ?? 'iss'), plugin]),
    );
    if (tokens.length === 0 || byClaim.size === 0) return [];
    const { jwts } = gateway.credentials;
    if (jwts === undefined) {
      results.couldNotLook(
        GATEWAY,
        'The jwt credentials were not told, so the keys of recent tokens cannot be looked up.',
      );
      return results.all(undefined);
    }
    const keys = new Set(jwts.map(({ key }) => key));
    for (const [claim, plugin] of byClaim) {
      const named = tokens.flatMap(
        ({ kid, issuer }) => (claim === 'kid' ? kid : claim === 'iss' ? issuer : undefined) ?? [],
      );
      const unknown = [...new Set(named)].filter((value) => !keys.has(value));
      if (unknown.length > 0)
        results.failed(
          map.subjectOf(plugin),
          `Recent tokens have the ${claim} ${listed(unknown)}, and no jwt credential has that key.`,
          'Create a jwt credential with that key, or correct the one whose key is meant.',
          'credential-unknown',
        );
    }
    return results.all('Each recent token names a key that a jwt credential has.');
  },
};
