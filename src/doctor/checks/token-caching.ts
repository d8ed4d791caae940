// token-caching: cache settings that keep tokens beyond their end, and what common advice gets wrong about them.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check } from '../check.ts';
import { type GatewayMap, mapOf } from '../gateway-map.ts';
import { Results } from '../results.ts';

const NAME = 'token-caching';
/** Seconds for which a revoked token may be taken for good before it is worth a word. */
const LONG = 300;
/** Seconds that clocks may differ; more is a longer life for every token. */
const LEEWAY = 300;

export const tokenCaching: Check = {
  name: NAME,
  title: 'Caches that keep tokens',
  run({ gateway }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const oidc = map.pluginsNamed('openid-connect');
    const introspection = map.pluginsNamed('oauth2-introspection');
    for (const plugin of oidc) lookAt(plugin, map, results);
    for (const plugin of introspection) {
      const ttl = Number(map.field(plugin, 'ttl').value);
      if (ttl === 0 || ttl > LONG)
        results.failed(
          map.subjectOf(plugin),
          `Its ttl is ${ttl}: an answer about a token is used ${ttl === 0 ? 'for as long as Kong likes' : `for ${ttl} seconds`}, also after the token was revoked.`,
          'Set config.ttl to 30.',
          'token-cache-stale',
        );
    }
    const count = oidc.length + introspection.length;
    return results.all(
      count === 0
        ? undefined
        : `${count === 1 ? 'The one plugin' : `All ${count} plugins`} with a token cache let tokens go at their own end.`,
    );
  },
};

function lookAt(plugin: LivePlugin, map: GatewayMap, results: Results): void {
  const subject = map.subjectOf(plugin);
  const numberOf = (field: string): number | undefined => {
    const { value } = map.field(plugin, field);
    return typeof value === 'number' ? value : undefined;
  };
  const [ttl, least, most] = [numberOf('cache_ttl'), numberOf('cache_ttl_min'), numberOf('cache_ttl_max')];
  const resurrect = numberOf('cache_ttl_resurrect');
  if (least !== undefined && least > 0)
    results.failed(
      subject,
      `cache_ttl_min is ${least}: tokens and introspection answers stay cached that many seconds even if they end before.`,
      'Unset config.cache_ttl_min.',
      'token-cache-stale',
    );
  if (ttl === 0)
    results.failed(
      subject,
      'cache_ttl is 0, which does not turn the cache off: tokens keep the end of their own, and what has none may never end.',
      'Set config.cache_ttl back to 3600 and config.cache_ttl_max to the life of a token minus 15 seconds, or config.cache_tokens to false.',
      'token-cache-stale',
    );
  if (resurrect !== undefined && resurrect > 0)
    results.failed(
      subject,
      `cache_ttl_resurrect is ${resurrect}: while the identity provider cannot be asked, ended tokens are used that many seconds longer.`,
      'Unset config.cache_ttl_resurrect, or accept it knowingly.',
      'token-cache-stale',
    );
  if (most !== undefined && least !== undefined && most < least)
    results.failed(
      subject,
      `cache_ttl_max (${most}) is below cache_ttl_min (${least}).`,
      'Unset config.cache_ttl_min.',
      'token-cache-stale',
    );
  const leeway = numberOf('leeway');
  if (leeway !== undefined && leeway > LEEWAY)
    results.failed(
      subject,
      `leeway is ${leeway}: Kong takes tokens that ended that many seconds ago, and the upstream need not.`,
      'Set config.leeway to 60 at most and synchronise the clocks.',
      'token-expired',
    );
}
