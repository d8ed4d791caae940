// grants-and-scopes: the grants, scopes and PKCE that a plugin uses are announced by its provider.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check } from '../check.ts';
import { type GatewayMap, listed, mapOf, textsIn } from '../gateway-map.ts';
import { type Discovery, providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'grants-and-scopes';
/** Methods of the plugin that are grants of OAuth 2.0 under the same name. */
const GRANTS = ['authorization_code', 'client_credentials', 'password', 'refresh_token'];

export const grantsAndScopes: Check = {
  name: NAME,
  title: 'Grants, scopes and PKCE fit the provider',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    let judged = 0;
    for (const provider of providersOf(examination)) {
      const looked = await provider.discovery();
      if (!('found' in looked)) {
        results.couldNotLook(
          provider.subject,
          'What the provider offers is unknown, since its discovery document was not read (see the discovery check).',
        );
        continue;
      }
      for (const plugin of provider.plugins) {
        judged++;
        lookAtGrants(plugin, looked.found, map, results);
        lookAtScopes(plugin, looked.found, map, results);
        lookAtPkce(plugin, looked.found, map, results);
      }
    }
    return results.all(judged === 0 ? undefined : 'The providers announce the grants and scopes that are used.');
  },
};

function lookAtGrants(plugin: LivePlugin, document: Discovery, map: GatewayMap, results: Results): void {
  const methods = map.field(plugin, 'auth_methods');
  // The default enables every method, which says nothing about what is meant.
  if (methods.from !== 'given') return;
  const used = textsIn(methods.value).filter((method) => GRANTS.includes(method));
  const offered = document.grant_types_supported;
  if (used.length === 0) return;
  if (offered === undefined) {
    // By the specification that would mean authorization_code and implicit; providers such as Entra leave it out and offer more.
    if (used.some((grant) => grant !== 'authorization_code'))
      results.couldNotLook(
        map.subjectOf(plugin),
        `The provider does not announce its grants, and ${listed(used)} is used.`,
      );
    return;
  }
  const missing = used.filter((grant) => !offered.includes(grant));
  if (missing.length > 0)
    results.failed(
      map.subjectOf(plugin),
      `auth_methods has ${listed(missing)}, and the provider offers ${listed(offered, 6)}.`,
      'Enable the grant at the provider for this client, or take it out of config.auth_methods.',
      'oidc-grant-unsupported',
    );
}

function lookAtScopes(plugin: LivePlugin, document: Discovery, map: GatewayMap, results: Results): void {
  const offered = document.scopes_supported;
  const wanted = textsIn(map.field(plugin, 'scopes').value).flatMap((scope) => scope.split(' '));
  const unknown = offered === undefined ? [] : wanted.filter((scope) => !offered.includes(scope));
  if (unknown.length > 0 && map.field(plugin, 'verify_parameters').value === true)
    results.failed(
      map.subjectOf(plugin),
      `verify_parameters is true, which refuses a config that differs from what the provider announces, and the scope ${listed(unknown)} is not announced.`,
      'Set config.verify_parameters to false, or take that scope out of config.scopes.',
      'config-invalid',
    );
  // A provider need not announce every scope (OpenID Connect Discovery 1.0 §3).
  else if (unknown.length > 0)
    results.couldNotLook(
      map.subjectOf(plugin),
      `The provider does not announce the scope ${listed(unknown)}; it may know it all the same.`,
      'If it answers invalid_scope, ask for a scope that it grants to this client.',
    );
}

function lookAtPkce(plugin: LivePlugin, document: Discovery, map: GatewayMap, results: Results): void {
  if (map.field(plugin, 'require_proof_key_for_code_exchange').value !== true) return;
  if (!textsIn(map.field(plugin, 'auth_methods').value).includes('authorization_code')) return;
  const methods = document.code_challenge_methods_supported;
  if (methods?.includes('S256') === true) return;
  results.failed(
    map.subjectOf(plugin),
    methods === undefined
      ? 'PKCE is required, and the provider announces no support for it.'
      : `PKCE is required, Kong sends S256, and the provider takes ${listed(methods)}.`,
    'Switch on PKCE with S256 at the provider, or leave config.require_proof_key_for_code_exchange unset.',
    'oidc-grant-invalid',
  );
}
