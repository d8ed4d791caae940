// Answer preflights with the cors plugin.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import type { Change } from './change.ts';
import { requestHeader } from './names-from-exchanges.ts';
import { failingRoute, pluginSeen, routeEntity, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

function origin(facts: Facts): string {
  const sent = requestHeader(facts, 'origin');
  return sent !== undefined && /^https?:\/\/[\w.:[\]-]+$/.test(sent) ? sent : `https://${placeholder('YOUR_APP')}`;
}

/** Answer preflights with the cors plugin; where it hands them on, let it answer; where the route leaves OPTIONS out, add it. */
export function skipPreflight(facts: Facts): RemedyDraft {
  const cors = pluginSeen(facts, 'cors');
  const route = failingRoute(facts);
  const methods = textsOf(routeEntity(facts)?.fields.methods);
  const plugin: Change =
    cors?.met === undefined
      ? {
          on: 'plugin',
          plugin: 'cors',
          how: 'create',
          scope: { route },
          config: { origins: [origin(facts)], credentials: true },
        }
      : updateOf(facts, cors, { preflight_continue: false });
  const options: readonly Change[] =
    methods.length > 0 && !methods.includes('OPTIONS')
      ? [{ on: 'route', nameOrId: route, how: 'update', fields: { methods: [...methods, 'OPTIONS'] } }]
      : [];
  return completed(facts, {
    title: 'Answer preflights with the cors plugin',
    risk: 'low',
    note: 'cors (priority 2000) runs before every authentication plugin and answers OPTIONS itself, on routes that match OPTIONS. The call itself is still authenticated. key-auth and jwt can also pass OPTIONS on (run_on_preflight false); basic-auth and hmac-auth have no such field.',
    changes: [...options, plugin],
  });
}
