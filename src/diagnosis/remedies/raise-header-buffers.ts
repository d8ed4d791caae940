// Raise the header buffers.
import type { RemedyDraft } from './remedy.ts';

/** Raise the header buffers. */
export function raiseHeaderBuffers(): RemedyDraft {
  return {
    title: 'Raise the header buffers',
    risk: 'medium',
    note: 'Costs memory per connection. A session storage on the server keeps cookies small instead.',
    changes: [{ on: 'setting', settings: { nginx_proxy_large_client_header_buffers: '8 32k' } }],
  };
}
