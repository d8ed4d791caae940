// auth-header: routes that authenticate by Authorization and forward none to the upstream.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check } from '../check.ts';
import { type GatewayMap, listed, mapOf, nameOf, type Spot, textsIn, valueAt } from '../gateway-map.ts';
import { Results } from '../results.ts';

const NAME = 'auth-header';
const TRANSFORMERS = ['request-transformer', 'request-transformer-advanced'];
/** Plugins whose credential stands in Authorization. */
const BY_HEADER = [
  'basic-auth',
  'hmac-auth',
  'ldap-auth',
  'ldap-auth-advanced',
  'oauth2',
  'oauth2-introspection',
  'openid-connect',
];

/** What a route does with the header. */
type Outcome =
  | { readonly kind: 'forwarded' }
  | { readonly kind: 'gone' | 'hidden' | 'unknown' | 'removed'; readonly by: LivePlugin };

export const authHeader: Check = {
  name: NAME,
  title: 'Authorization on its way upstream',
  run({ gateway }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const alike = new Map<string, { readonly outcome: Outcome; readonly spots: Spot[] }>();
    const concerned = map.spots().filter(({ authenticating }) => authenticating.length > 0);
    for (const spot of concerned) {
      const outcome = outcomeAt(spot, map);
      if (outcome.kind === 'forwarded') continue;
      const key = `${outcome.kind} ${outcome.by.name}`;
      const group = alike.get(key);
      if (group === undefined) alike.set(key, { outcome, spots: [spot] });
      else group.spots.push(spot);
    }
    for (const { outcome, spots } of alike.values()) tell(outcome, spots, results);
    return results.all(
      concerned.length === 0
        ? undefined
        : `On ${concerned.length} routes with authentication nothing takes Authorization away.`,
    );
  },
};

function outcomeAt({ running }: Spot, map: GatewayMap): Outcome {
  // Whatever came before, these write the header anew.
  if (running.some((plugin) => plugin.name === 'upstream-oauth' || writesHeader(plugin))) return { kind: 'forwarded' };
  const remover = running.find((plugin) => TRANSFORMERS.includes(plugin.name) && namesHeader(plugin, 'remove'));
  if (remover !== undefined) return { kind: 'removed', by: remover };
  const oidc = running.find(({ name }) => name === 'openid-connect');
  if (oidc !== undefined) {
    const header = valueAt(oidc.raw, 'config.upstream_access_token_header');
    // The field is there and empty: somebody emptied it.
    const isUnset = header === null || header === '';
    const hides = map.field(oidc, 'hide_credentials');
    if (!isUnset) return { kind: 'forwarded' };
    if (hides.from === 'unknown') return { kind: 'unknown', by: oidc };
    return hides.value === true ? { kind: 'gone', by: oidc } : { kind: 'forwarded' };
  }
  for (const plugin of running) {
    if (!BY_HEADER.includes(plugin.name) && !isKeyInHeader(plugin, map)) continue;
    const hides = map.field(plugin, 'hide_credentials');
    if (hides.from === 'unknown') return { kind: 'unknown', by: plugin };
    if (hides.value === true) return { kind: 'hidden', by: plugin };
  }
  return { kind: 'forwarded' };
}

function isKeyInHeader(plugin: LivePlugin, map: GatewayMap): boolean {
  return (
    plugin.name.startsWith('key-auth') &&
    textsIn(map.field(plugin, 'key_names').value).some((name) => name.toLowerCase() === 'authorization')
  );
}

function namesHeader(plugin: LivePlugin, verb: string): boolean {
  return textsIn(valueAt(plugin.raw, `config.${verb}.headers`)).some((header) => /^authorization(?::|$)/i.test(header));
}

function writesHeader(plugin: LivePlugin): boolean {
  return TRANSFORMERS.includes(plugin.name) && ['add', 'append'].some((verb) => namesHeader(plugin, verb));
}

function tell(outcome: Outcome, spots: readonly Spot[], results: Results): void {
  if (outcome.kind === 'forwarded') return;
  const { name } = outcome.by;
  const names = listed(spots.map(({ route }) => nameOf(route)));
  const subject = { type: 'route', name: names } as const;
  const where = spots.length === 1 ? `On the route ${names}` : `On ${spots.length} routes (${names})`;
  switch (outcome.kind) {
    case 'gone':
      results.failed(
        subject,
        `${where} openid-connect hides the client's credential and has no upstream_access_token_header, so the upstream gets no token at all.`,
        'Unset config.upstream_access_token_header, whose default writes Authorization, if the upstream checks the token.',
        'auth-header-not-forwarded',
      );
      return;
    case 'removed':
      results.failed(
        subject,
        `${where} requests are authenticated, and ${name} then removes Authorization.`,
        'Take Authorization out of config.remove.headers if the upstream checks it.',
        'auth-header-not-forwarded',
      );
      return;
    case 'hidden':
      results.couldNotLook(
        subject,
        `${where} ${name} takes Authorization away (hide_credentials is true); whether the upstream wants it does not show here.`,
        'If the upstream answers 401, set config.hide_credentials to false.',
      );
      return;
    case 'unknown':
      results.couldNotLook(
        subject,
        `${where} it depends on the version of Kong whether ${name} takes Authorization away: hide_credentials is not given, and its default changed with 3.14.`,
        'Set config.hide_credentials to what the upstream needs.',
      );
  }
}
