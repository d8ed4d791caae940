// Compare and synchronise the clocks.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Compare and synchronise the clocks. */
export function syncClocks(facts: Facts): RemedyDraft {
  return {
    title: 'Compare and synchronise the clocks',
    risk: 'low',
    note: 'Every Kong node, the issuer and the client. leeway exists in openid-connect only, clock_skew in hmac-auth; jwt has neither.',
    changes:
      facts.config.pluginsNamed('openid-connect').length > 0
        ? [updateOf(facts, pluginOf(facts, 'openid-connect'), { leeway: 10 })]
        : facts.config.pluginsNamed('hmac-auth').length > 0
          ? [updateOf(facts, pluginOf(facts, 'hmac-auth'), { clock_skew: 300 })]
          : [],
    text: { 'admin-api': 'date -u; chronyc tracking' },
  };
}
