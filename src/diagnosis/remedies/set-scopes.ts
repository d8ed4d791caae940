// Request scopes that the client may have.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import type { PluginChange } from './change.ts';
import { fieldTexts, type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { sentToProvider } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

function scopes(facts: Facts, plugin: PluginNamed): PluginChange['config'] {
  const supported = facts.discoveries.flatMap((found) => textsOf(found.document.scopes_supported));
  const present = fieldTexts(plugin, 'scopes');
  const asked = present.length > 0 ? present : (sentToProvider(facts, 'scope')?.split(' ') ?? []);
  const machine = sentToProvider(facts, 'grant_type') === 'client_credentials';
  const allowed = asked
    .filter((scope) => supported.length === 0 || supported.includes(scope))
    .filter((scope) => !(machine && scope === 'openid'));
  if (plugin.name === 'oauth2') return { scopes: [...new Set([...present, ...asked, placeholder('SCOPE')])] };
  const usable = supported.length > 0 && allowed.length > 0 && allowed.length < asked.length;
  return { scopes: usable ? [...allowed] : [...(machine ? [] : ['openid']), placeholder('SCOPE')] };
}

/** Request scopes that the client may have. */
export function setScopes(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect', 'oauth2');
  const own = plugin.name === 'oauth2' ? (fieldTexts(plugin, 'scopes')[0] ?? placeholder('SCOPE')) : undefined;
  return completed(facts, {
    title: 'Request scopes that the client may have',
    risk: 'medium',
    note:
      own !== undefined
        ? 'Kong itself is the authorization server here: scopes of the plugin lists what may be asked for, and with mandatory_scope the client must send one.'
        : 'The list is replaced as a whole. openid, the default, is for logins: Okta and Entra refuse it with client_credentials (Entra wants API/.default).',
    changes: own !== undefined && plugin.met === undefined ? [] : [updateOf(facts, plugin, scopes(facts, plugin))],
    ...(own !== undefined ? { text: { 'admin-api': tokenEndpointReplay(facts, { scope: own }) } } : {}),
  });
}
