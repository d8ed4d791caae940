// Raise the header buffers.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Raise the header buffers. */
export function raiseHeaderBuffers(facts: Facts): RemedyDraft {
  const present = facts.config.setting('nginx_proxy_large_client_header_buffers')?.value;
  return completed(facts, {
    title: 'Raise the header buffers',
    risk: 'medium',
    note: `Costs memory per connection${present === undefined ? '' : `; now ${present}`}. Smaller headers are the better cure: fewer groups in the token, or session_storage redis, which leaves a small cookie. A hop before Kong may have its own limit.`,
    changes: [{ on: 'setting', settings: { nginx_proxy_large_client_header_buffers: '8 32k' } }],
  });
}
