// Follow the status, not the credential.
import type { RemedyDraft } from './remedy.ts';

/** Follow the status, not the credential. */
export function lookElsewhere(): RemedyDraft {
  return {
    title: 'Follow the status, not the credential',
    risk: 'low',
    note: '404: which route should match. 429: whose limit. 502 to 504: is the upstream up and in time.',
    changes: [{ on: 'node', method: 'GET', path: '/status' }],
  };
}
