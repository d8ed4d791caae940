// issuers: one issuer in several spellings, and jwt credentials that share or nearly share an issuer.
import type { RawEntity } from '../../kong/snapshot.ts';
import type { Check } from '../check.ts';
import { isReference, listAt, listed, mapOf, nameOf, referenced } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'issuers';

export const issuers: Check = {
  name: NAME,
  title: 'Issuers spelled in one way',
  run({ gateway }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const plugins = map.pluginsNamed('openid-connect').flatMap((plugin) => {
      const issuer = map.field(plugin, 'issuer').value;
      return typeof issuer === 'string' && !isReference(issuer) ? [{ plugin, issuer: withoutDiscovery(issuer) }] : [];
    });
    const byMeaning = new Map<string, typeof plugins>();
    for (const item of plugins) listAt(byMeaning, meaningOf(item.issuer)).push(item);
    for (const items of byMeaning.values()) {
      const spellings = [...new Set(items.map(({ issuer }) => issuer))];
      const [first] = items;
      if (spellings.length < 2 || first === undefined) continue;
      results.failed(
        map.subjectOf(first.plugin),
        `One issuer is written in ${spellings.length} ways: ${listed(spellings)}: Kong keeps discovery and keys for each spelling apart, and a provider may call itself by the name that it was asked by.`,
        `Set config.issuer of ${listed(items.map(({ plugin }) => map.subjectOf(plugin).name))} to one spelling, best the issuer that the discovery document names: with that one Kong compares iss.`,
        'token-issuer-mismatch',
      );
    }
    const { jwts } = gateway.credentials;
    const runsJwt = map.pluginsNamed('jwt').length > 0;
    if (jwts !== undefined) lookAtKeys(jwts, (id) => nameOf(map.entity(id), id ?? 'nobody'), results);
    else if (runsJwt)
      results.couldNotLook(GATEWAY, 'The jwt credentials were not told, so whether two share an issuer is open.');
    return results.all(
      plugins.length === 0 && !runsJwt ? undefined : 'Each issuer is written in one way and belongs to one credential.',
    );
  },
};

function withoutDiscovery(issuer: string): string {
  return issuer.replace(/\/\.well-known\/[\w-]+$/, '');
}

/** The issuer without what people write differently: scheme, case, slash at the end. */
function meaningOf(issuer: string): string {
  return issuer
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
}

function lookAtKeys(
  jwts: readonly RawEntity[],
  consumerOf: (id: string | undefined) => string,
  results: Results,
): void {
  const byMeaning = new Map<string, RawEntity[]>();
  for (const jwt of jwts) if (typeof jwt.key === 'string') listAt(byMeaning, meaningOf(jwt.key)).push(jwt);
  for (const [meaning, sharing] of byMeaning) {
    if (sharing.length < 2) continue;
    const spellings = [...new Set(sharing.map(({ key }) => String(key)))];
    const consumers = listed(sharing.map((jwt) => consumerOf(referenced(jwt, 'consumer'))));
    const subject = { type: 'credential', name: `jwt credentials of ${consumers}` } as const;
    if (spellings.length === 1)
      results.failed(
        subject,
        `The jwt credentials of ${consumers} have the same key (${spellings[0]}), so Kong takes one of them and the other's tokens fail.`,
        'Give each credential an issuer of its own, or remove the one that is not used.',
        'token-signature-invalid',
      );
    // Keys that are no URLs are names, and names may differ by their case.
    else if (meaning.includes('/') || meaning.includes('.'))
      results.failed(
        subject,
        `The jwt credentials of ${consumers} differ only in how the issuer is written: ${listed(spellings)}.`,
        'Kong compares iss letter by letter: keep the spelling that the tokens carry.',
        'token-issuer-mismatch',
      );
  }
}
