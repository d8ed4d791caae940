// Attach the plugin to the route that matched.
import type { Facts } from '../facts/facts.ts';
import { authPluginOf, failingRoute, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Attach the plugin to the route that matched. */
export function attachPlugin(facts: Facts): RemedyDraft {
  return {
    title: 'Attach the plugin to the route that matched',
    risk: 'medium',
    note: 'Authentication plugins cannot be bound to a consumer: none is known yet.',
    changes: [
      {
        ...updateOf(facts, authPluginOf(facts, 'key-auth', 'jwt', 'openid-connect', 'basic-auth'), {}),
        how: 'create',
        scope: { route: failingRoute(facts) },
        enabled: true,
      },
    ],
  };
}
