// Answer preflights with the cors plugin.
import type { Facts } from '../facts/facts.ts';
import { failingRoute } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Answer preflights with the cors plugin. */
export function skipPreflight(facts: Facts): RemedyDraft {
  return {
    title: 'Answer preflights with the cors plugin',
    risk: 'low',
    note: 'cors (priority 2000) runs before every authentication plugin and answers OPTIONS itself. basic-auth and hmac-auth have no run_on_preflight.',
    changes: [
      {
        on: 'plugin',
        plugin: 'cors',
        how: 'create',
        scope: { route: failingRoute(facts) },
        config: { origins: ['https://<YOUR_APP>'], credentials: true },
      },
    ],
  };
}
