// discovery: the provider's document is where Kong looks for it, and the issuer in it is the one of its tokens.
import type { Check, Examination } from '../check.ts';
import { isReference, listed, mapOf, textsIn } from '../gateway-map.ts';
import { type Provider, providersOf } from '../providers.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'discovery';

/** Plugins whose providers are looked at. */
const CALLING = ['openid-connect', 'oauth2-introspection', 'upstream-oauth'];

export const discovery: Check = {
  name: NAME,
  title: 'Discovery documents can be read',
  async run(examination) {
    const results = new Results(NAME);
    lookAtUnread(examination, results);
    const providers = providersOf(examination);
    await Promise.all(providers.map((provider) => lookAt(provider, examination, results)));
    return results.all(
      providers.length === 0
        ? undefined
        : 'Every discovery document is there; the issuer in it, with which Kong compares iss, is accepted.',
    );
  },
};

/** Plugins that have no document to read, or run for nobody. */
function lookAtUnread({ gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  for (const plugin of map.pluginsNamed('openid-connect')) {
    const issuer = map.field(plugin, 'issuer').value;
    if (isReference(issuer))
      results.couldNotLook(map.subjectOf(plugin), 'The issuer is a vault reference, which is not resolved here.');
    else if (map.field(plugin, 'using_pseudo_issuer').value === true)
      results.couldNotLook(map.subjectOf(plugin), 'using_pseudo_issuer is on: Kong reads no discovery document.');
  }
  const disabled = gateway.plugins.filter(({ name, enabled }) => !enabled && CALLING.includes(name));
  if (disabled.length > 0)
    results.couldNotLook(
      GATEWAY,
      `${listed(disabled.map((plugin) => map.subjectOf(plugin).name))} ${disabled.length === 1 ? 'is' : 'are'} disabled, so the provider behind was not called for ${disabled.length === 1 ? 'it' : 'them'}.`,
    );
}

async function lookAt(provider: Provider, examination: Examination, results: Results): Promise<void> {
  const looked = await provider.discovery();
  if ('unseen' in looked) {
    results.couldNotLook(
      provider.subject,
      looked.unseen,
      `Run this on a gateway node: curl -sS -o /dev/null -w '%{http_code}' '${provider.discoveryUrl.replaceAll("'", '%27')}'`,
    );
    return;
  }
  if ('wrong' in looked) {
    results.failed(
      provider.subject,
      looked.wrong,
      'Set config.issuer to the address below which the provider publishes /.well-known/openid-configuration.',
      looked.status === 429 || looked.status === 503 ? 'idp-throttled' : 'oidc-discovery-failed',
    );
    return;
  }
  lookAtIssuer(provider, looked.found.issuer, examination, results);
}

/**
 * Kong compares iss with issuers_allowed, and without that list with the issuer of the document: config.issuer only says
 * where the document is.
 */
function lookAtIssuer(provider: Provider, issuer: string, examination: Examination, results: Results): void {
  const map = mapOf(examination.gateway);
  for (const plugin of provider.plugins) {
    if (map.field(plugin, 'verify_claims').value === false) continue;
    const allowed = textsIn(map.field(plugin, 'issuers_allowed').value);
    if (allowed.some(isReference)) {
      results.couldNotLook(map.subjectOf(plugin), 'issuers_allowed has a vault reference, which is not resolved here.');
      continue;
    }
    const accepted = allowed.length > 0 ? allowed : [issuer];
    const refused = issuersSeen(examination, [provider.issuer, issuer]).filter((seen) => !accepted.includes(seen));
    if (refused.length > 0)
      results.failed(
        map.subjectOf(plugin),
        `Recent tokens have the iss ${listed(refused)}, and Kong accepts ${listed(accepted)} here (${allowed.length > 0 ? 'issuers_allowed' : 'what the discovery document says'}).`,
        `Set config.issuers_allowed to each iss that is meant, letter by letter: ${listed([...new Set([...accepted, ...refused])])}.`,
        'token-issuer-mismatch',
      );
    else if (allowed.length > 0 && !allowed.includes(issuer))
      results.failed(
        map.subjectOf(plugin),
        `issuers_allowed (${listed(allowed)}) does not have ${issuer}, which the provider calls itself.`,
        `Add ${issuer} to config.issuers_allowed, unless only tokens of the other issuers are meant.`,
        'token-issuer-mismatch',
      );
    else if (allowed.length === 0 && issuer.includes('{'))
      // Entra's common and organizations endpoints.
      results.failed(
        map.subjectOf(plugin),
        `The provider calls itself ${issuer}, which is a pattern that the iss of no token is equal to.`,
        'Name the tenant in config.issuer, or list the iss of each tenant in config.issuers_allowed.',
        'token-issuer-mismatch',
      );
    else if (allowed.length === 0 && plain(issuer) !== plain(provider.issuer) && !wasSeen(examination, issuer))
      results.couldNotLook(
        map.subjectOf(plugin),
        `The provider calls itself ${issuer} and not ${provider.issuer}: Kong accepts only tokens with the first as iss, and no recent token shows which one they have.`,
        'Decode a token of a failing request; if its iss is another one, list it in config.issuers_allowed.',
      );
  }
}

/** Of the recent tokens those that this provider seems to have made: equal but for what people and proxies write differently. */
function issuersSeen({ tokens = [] }: Examination, names: readonly string[]): readonly string[] {
  const own = new Set(names.map(meaningOf));
  return [
    ...new Set(tokens.flatMap(({ issuer }) => (issuer !== undefined && own.has(meaningOf(issuer)) ? issuer : []))),
  ];
}

function wasSeen({ tokens = [] }: Examination, issuer: string): boolean {
  return tokens.some((token) => token.issuer === issuer);
}

function plain(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

function meaningOf(issuer: string): string {
  return plain(issuer.toLowerCase()).replace(/^https?:\/\//, '');
}
