// Call the token endpoint directly.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

/** Call the token endpoint directly. */
export function replayTokenEndpoint(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Call the token endpoint directly',
    risk: 'low',
    note: 'The same error without Kong means that provider and client disagree; success means that Kong sends something else. It fetches a token and changes nothing; an authorization code or rotating refresh token is used up by it.',
    changes: [],
    text: { 'admin-api': tokenEndpointReplay(facts) },
  });
}
