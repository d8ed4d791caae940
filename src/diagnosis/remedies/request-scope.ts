// Request the missing scope.
import type { Facts } from '../facts/facts.ts';
import { fieldTexts, pluginOf, updateOf } from './names-from-facts.ts';
import { sentToProvider } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

/** The scope that is asked for: of the plugin's demand or the challenge. */
function missingScope(facts: Facts): string {
  const [required] = fieldTexts(pluginOf(facts, 'openid-connect'), 'scopes_required');
  const challenged = facts.exchanges
    .flatMap((exchange) => exchange.response?.challenges ?? [])
    .map((challenge) => challenge.params.scope)
    .find((scope) => scope !== undefined && scope !== '');
  return required ?? challenged ?? placeholder('SCOPE');
}

/** Request the missing scope. */
export function requestScope(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect');
  const scope = missingScope(facts);
  const present = fieldTexts(plugin, 'scopes');
  const scopes = [...new Set([...(present.length === 0 ? ['openid'] : present), ...scope.split(' ')])];
  const sent = sentToProvider(facts, 'scope');
  return completed(facts, {
    title: 'Request the missing scope',
    risk: 'low',
    note: 'On the client, or in openid-connect where Kong fetches the token (login, password); the provider must grant it to this client, and a token in hand does not change. In scopes_required an entry with blanks demands all its words, several entries are alternatives.',
    changes: plugin.met === undefined ? [] : [updateOf(facts, plugin, { scopes })],
    text: {
      'admin-api': tokenEndpointReplay(facts, {
        scope: sent === undefined || sent.split(' ').includes(scope) ? scope : `${sent} ${scope}`,
      }),
    },
  });
}
