// Fetch the provider’s metadata from the node.
import type { RemedyDraft } from './remedy.ts';

/** Fetch the provider’s metadata from the node. */
export function replayDiscovery(): RemedyDraft {
  return {
    title: 'Fetch the provider’s metadata from the node',
    risk: 'low',
    note: 'Run it inside the Kong container: the name, the proxy and the CA there count.',
    changes: [],
    text: { 'admin-api': "curl -v '<ISSUER_URL>/.well-known/openid-configuration'" },
  };
}
