// Use one session secret on all nodes.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Use one session secret on all nodes. */
export function setSessionSecret(facts: Facts): RemedyDraft {
  return {
    title: 'Use one session secret on all nodes',
    risk: 'medium',
    note: 'Sessions made with another secret end. A vault reference keeps it out of the config.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        session_secret: '{vault://env/oidc-session-secret}',
        session_cookie_same_site: 'Lax',
      }),
    ],
  };
}
