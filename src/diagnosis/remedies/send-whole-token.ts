// Send the access token once, whole, after Bearer.
import type { RemedyDraft } from './remedy.ts';

/** Send the access token once, whole, after Bearer. */
export function sendWholeToken(): RemedyDraft {
  return {
    title: 'Send the access token once, whole, after Bearer',
    risk: 'low',
    note: 'On the client. One line, no quotes, no second Bearer, not URL-encoded.',
    changes: [],
    text: { 'admin-api': "curl -v -H 'Authorization: Bearer <ACCESS_TOKEN>' 'https://<HOST>/<PATH>'" },
  };
}
