// Give the upstream credentials of its own.
import type { Facts } from '../facts/facts.ts';
import { failingService } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Give the upstream credentials of its own. */
export function upstreamCredentials(facts: Facts): RemedyDraft {
  const value = `Authorization:Basic ${placeholder('BASE64_OF_USER_AND_PASSWORD')}`;
  return completed(facts, {
    title: 'Give the upstream credentials of its own',
    risk: 'medium',
    note: 'The caller’s Authorization never reaches the upstream then, and every caller looks alike there. replace and add together set it in any case: `replace` works only when the header is present, `add` only when it is absent (remove with add loses it in Kong 1.x). The value belongs into a vault.',
    changes: [
      {
        on: 'plugin',
        plugin: 'request-transformer',
        how: 'create',
        scope: { service: failingService(facts) },
        config: { replace: { headers: [value] }, add: { headers: [value] } },
      },
    ],
  });
}
