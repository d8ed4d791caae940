// Send the same request to the upstream directly.
import type { RemedyDraft } from './remedy.ts';

/** Send the same request to the upstream directly. */
export function replayUpstream(): RemedyDraft {
  return {
    title: 'Send the same request to the upstream directly',
    risk: 'low',
    note: 'From a host that reaches the upstream; the same answer there means that Kong is not the cause.',
    changes: [],
    text: { 'admin-api': "curl -v 'http://<UPSTREAM_HOST>:<PORT>/<PATH>' -H 'Authorization: Bearer <ACCESS_TOKEN>'" },
  };
}
