// Use grants that the client may use.
import type { Facts } from '../facts/facts.ts';
import type { PluginChange } from './change.ts';
import { fieldTexts, type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { sentToProvider } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Grants that the openid-connect plugin uses, with the method that asks for them. */
const METHODS: Readonly<Record<string, string>> = {
  client_credentials: 'client_credentials',
  password: 'password',
  refresh_token: 'refresh_token',
  authorization_code: 'authorization_code',
};
/** Switches of the oauth2 plugin by grant. */
const SWITCHES: Readonly<Record<string, string>> = {
  client_credentials: 'enable_client_credentials',
  password: 'enable_password_grant',
  authorization_code: 'enable_authorization_code',
};

function config(plugin: PluginNamed, refused: string | undefined): PluginChange['config'] {
  if (plugin.name === 'oauth2') return { [SWITCHES[refused ?? ''] ?? 'enable_client_credentials']: true };
  const method = METHODS[refused ?? ''];
  const present = fieldTexts(plugin, 'auth_methods');
  const kept = present.filter((name) => name !== method);
  return {
    auth_methods: method !== undefined && kept.length > 0 ? [...kept] : ['bearer', 'authorization_code', 'session'],
  };
}

/** Use grants that the client may use. */
export function setGrantTypes(facts: Facts): RemedyDraft {
  const refused = sentToProvider(facts, 'grant_type');
  const plugin = pluginOf(facts, 'openid-connect', 'oauth2');
  return completed(facts, {
    title: 'Use grants that the client may use',
    risk: 'medium',
    note:
      plugin.name === 'oauth2'
        ? 'Kong itself is the authorization server here: each grant has its switch on the plugin.'
        : `Enable the grant${refused === undefined ? '' : ` ${refused}`} for the client at the provider, or take it out of auth_methods as here; the list is replaced as a whole, and what leaves it no longer works for anyone.`,
    changes: [updateOf(facts, plugin, config(plugin, refused))],
  });
}
