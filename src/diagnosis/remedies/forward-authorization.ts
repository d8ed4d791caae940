// Forward the credential to the upstream.
import type { Facts } from '../facts/facts.ts';
import type { Change } from './change.ts';
import { authPluginOf, fieldTexts, type PluginNamed, pluginSeen, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Plugins with hide_credentials; jwt has none. */
const HIDING = [
  'basic-auth',
  'oauth2',
  'hmac-auth',
  'ldap-auth',
  'ldap-auth-advanced',
  'oauth2-introspection',
  'key-auth-enc',
  'vault-auth',
];
const TRANSFORMERS = ['request-transformer', 'request-transformer-advanced'] as const;

/** A transformer that takes the credential away, as configured in the paste. */
function remover(facts: Facts): PluginNamed | undefined {
  const plugin = facts.config
    .pluginsNamed(...TRANSFORMERS)
    .find((met) => fieldTexts({ name: met.name, met }, 'remove.headers').some(isCredential));
  return plugin === undefined ? undefined : { name: plugin.name, met: plugin };
}

function isCredential(header: string): boolean {
  return /^(?:authorization|proxy-authorization|apikey|x-api-key)(?::|$)/i.test(header);
}

function change(facts: Facts): { readonly change: Change; readonly note: string } | undefined {
  const transformer = remover(facts);
  if (transformer !== undefined) {
    const kept = fieldTexts(transformer, 'remove.headers').filter((header) => !isCredential(header));
    return {
      change: updateOf(facts, transformer, { remove: { headers: kept } }),
      note: `${transformer.name} removes it after authentication; the list without it is here.`,
    };
  }
  const plugin = authPluginOf(facts, 'key-auth', 'openid-connect', ...HIDING);
  if (plugin.name === 'openid-connect')
    return {
      change: updateOf(facts, plugin, { upstream_access_token_header: 'authorization:bearer' }),
      note: 'openid-connect writes its access token under this header whatever hide_credentials says; unset means that the upstream gets none.',
    };
  if (pluginSeen(facts, 'jwt') !== undefined && pluginSeen(facts, 'key-auth', ...HIDING) === undefined)
    return undefined;
  return {
    change: updateOf(facts, plugin, { hide_credentials: false }),
    note: 'hide_credentials is true by default since 3.14, also for every field left out of a declarative file; until 3.13 it was false. jwt has no such field and never hides.',
  };
}

/** Forward the credential to the upstream; undefined where only jwt authenticates, which always forwards. */
export function forwardAuthorization(facts: Facts): RemedyDraft | undefined {
  const found = change(facts);
  if (found === undefined) return undefined;
  return completed(facts, {
    title: 'Forward the credential to the upstream',
    risk: 'medium',
    note: `The upstream then sees the caller’s credential. ${found.note}`,
    changes: [found.change],
  });
}
