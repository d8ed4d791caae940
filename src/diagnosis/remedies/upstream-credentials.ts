// Give the upstream credentials of its own.
import type { Facts } from '../facts/facts.ts';
import { failingService } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Give the upstream credentials of its own. */
export function upstreamCredentials(facts: Facts): RemedyDraft {
  return {
    title: 'Give the upstream credentials of its own',
    risk: 'medium',
    note: 'The caller’s header is replaced; the value belongs into a vault.',
    changes: [
      {
        on: 'plugin',
        plugin: 'request-transformer',
        how: 'create',
        scope: { service: failingService(facts) },
        config: { replace: { headers: ['Authorization:Basic <BASE64_OF_USER_AND_PASSWORD>'] } },
      },
    ],
  };
}
