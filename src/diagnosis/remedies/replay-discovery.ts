// Fetch the provider’s metadata from the node.
import type { Facts } from '../facts/facts.ts';
import { shellWord, urlWord } from './flavours/shell.ts';
import { discoveryUrl } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Fetch the provider’s metadata from the node. */
export function replayDiscovery(facts: Facts): RemedyDraft {
  const url = discoveryUrl(facts);
  return completed(facts, {
    title: 'Fetch the provider’s metadata from the node',
    risk: 'low',
    note: 'Run it on the Kong node or in its container: the resolver, the proxy and the CAs there count. It only reads.',
    changes: [],
    text: {
      'admin-api': `curl -v ${urlWord(url)}`,
      kubernetes: `# kubectl exec deployment/${placeholder('KONG_DEPLOYMENT')} -c proxy -- curl -v ${shellWord(url)}`,
    },
  });
}
