// client-auth: how Kong authenticates to the provider is a way that the provider takes, with what it needs.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check } from '../check.ts';
import { type GatewayMap, listed, mapOf, textsIn } from '../gateway-map.ts';
import { type Discovery, providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'client-auth';

/** OpenID Connect Discovery 1.0 §3: what holds when the document says nothing. */
const UNSAID = ['client_secret_basic'];
/** Methods that need a client of the gateway's own; a bearer token alone does not. */
const ASK_THE_PROVIDER = ['authorization_code', 'password', 'introspection', 'refresh_token'];
/** What a method needs in the config. */
const NEEDS: Readonly<Record<string, string>> = {
  client_secret_basic: 'client_secret',
  client_secret_post: 'client_secret',
  client_secret_jwt: 'client_secret',
  tls_client_auth: 'tls_client_auth_cert_id',
  self_signed_tls_client_auth: 'tls_client_auth_cert_id',
};

export const clientAuth: Check = {
  name: NAME,
  title: 'Client authentication fits the provider',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    let judged = 0;
    for (const provider of providersOf(examination)) {
      const looked = await provider.discovery();
      for (const plugin of provider.plugins) {
        if (!asksTheProvider(plugin, map)) continue;
        judged++;
        lookAtNeeds(plugin, 'found' in looked ? looked.found : undefined, map, results);
        if ('found' in looked) lookAtMethods(plugin, looked.found, map, results);
        else
          results.couldNotLook(
            map.subjectOf(plugin),
            'What the provider takes is unknown, since its discovery document was not read (see the discovery check).',
          );
      }
    }
    for (const plugin of map.pluginsNamed('upstream-oauth')) {
      judged++;
      const method = map.field(plugin, 'client.auth_method').value;
      if (typeof method !== 'string' || !isSecret(method)) continue;
      if (textsIn(map.field(plugin, 'oauth.client_secret').value).length > 0) continue;
      results.failed(
        map.subjectOf(plugin),
        `client.auth_method is ${method}, and oauth.client_secret is not set.`,
        'Set config.oauth.client_secret (best as a vault reference), or config.client.auth_method to none for a client without one.',
        'oidc-client-invalid',
      );
    }
    return results.all(judged === 0 ? undefined : 'The provider takes each way in which the gateway authenticates.');
  },
};

function asksTheProvider(plugin: LivePlugin, map: GatewayMap): boolean {
  return textsIn(map.field(plugin, 'auth_methods').value).some((method) => ASK_THE_PROVIDER.includes(method));
}

function lookAtMethods(plugin: LivePlugin, document: Discovery, map: GatewayMap, results: Results): void {
  const own = textsIn(map.field(plugin, 'client_auth').value);
  const token = textsIn(map.field(plugin, 'token_endpoint_auth_method').value);
  const introspection = textsIn(map.field(plugin, 'introspection_endpoint_auth_method').value);
  const taken = document.token_endpoint_auth_methods_supported;
  judge('token_endpoint_auth_method', token.length > 0 ? token : own, taken, plugin, map, results);
  if (introspection.length > 0)
    judge(
      'introspection_endpoint_auth_method',
      introspection,
      // RFC 8414 §2: left out, the introspection endpoint's methods are not known.
      document.introspection_endpoint_auth_methods_supported ?? introspection,
      plugin,
      map,
      results,
    );
}

function judge(
  field: string,
  used: readonly string[],
  supported: readonly string[] | undefined,
  plugin: LivePlugin,
  map: GatewayMap,
  results: Results,
): void {
  const taken = supported ?? UNSAID;
  const refused = used.filter((method) => !taken.includes(method));
  // Unset, Kong takes what discovery announces.
  if (used.length === 0 || refused.length === 0) return;
  const by = textsIn(map.field(plugin, field).value).length > 0 ? field : 'client_auth';
  results.failed(
    map.subjectOf(plugin),
    `${by} is ${listed(refused)}, and the provider ${supported === undefined ? 'announces no method, which means client_secret_basic' : `takes ${listed(taken, 6)}`}.`,
    `Set config.${by} to a method that the provider takes for this client, one entry for each client_id.`,
    'oidc-client-auth-method',
  );
}

function lookAtNeeds(plugin: LivePlugin, document: Discovery | undefined, map: GatewayMap, results: Results): void {
  const clients = textsIn(map.field(plugin, 'client_id').value);
  if (clients.length === 0) {
    results.failed(
      map.subjectOf(plugin),
      'It asks the provider (code flow, password or introspection) and has no client_id.',
      'Set config.client_id and what its authentication needs, or narrow config.auth_methods to what is used.',
      'oidc-client-invalid',
    );
    return;
  }
  const methods = textsIn(map.field(plugin, 'client_auth').value);
  for (const method of methods) {
    const need = NEEDS[method];
    if (need === undefined || textsIn(map.field(plugin, need).value).length > 0) continue;
    results.failed(
      map.subjectOf(plugin),
      `client_auth is ${method}, and ${need} is not set.`,
      `Set config.${need} (best as a vault reference), or another client_auth.`,
      'oidc-client-invalid',
    );
  }
  const secrets = textsIn(map.field(plugin, 'client_secret').value);
  const announced = document === undefined ? [] : (document.token_endpoint_auth_methods_supported ?? UNSAID);
  // Unset, Kong takes one of those; where all need a secret it needs one.
  if (methods.length === 0 && secrets.length === 0 && announced.length > 0 && announced.every(isSecret))
    results.failed(
      map.subjectOf(plugin),
      `Neither client_auth nor client_secret is set, and the provider takes only ${listed(announced, 6)}.`,
      'Set config.client_secret (best as a vault reference), one entry for each client_id.',
      'oidc-client-invalid',
    );
  if (secrets.length > 0 && secrets.length < clients.length && methods.every(isSecret))
    results.failed(
      map.subjectOf(plugin),
      `There are ${clients.length} entries of client_id and ${secrets.length} of client_secret: they belong together one by one.`,
      'Give client_secret one entry for each client_id, in the same order.',
      'oidc-client-invalid',
    );
  if (methods.length > 0 && methods.length !== clients.length)
    results.failed(
      map.subjectOf(plugin),
      `There are ${clients.length} entries of client_id and ${methods.length} of client_auth: they belong together one by one, and are no list of tries.`,
      'Give client_auth one entry for each client_id, in the same order.',
      'oidc-client-auth-method',
    );
}

function isSecret(method: string): boolean {
  return NEEDS[method] === 'client_secret';
}
