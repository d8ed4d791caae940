// Compare and synchronise the clocks.
import type { Facts } from '../facts/facts.ts';
import type { Change } from './change.ts';
import { urlWord } from './flavours/shell.ts';
import { pluginSeen, updateOf } from './names-from-facts.ts';
import { issuerSeen } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Seconds of tolerance that hide no real error of a clock. */
const LEEWAY = 10;
const CLOCK_SKEW = 300;

function tolerance(facts: Facts): readonly Change[] {
  const plugin = pluginSeen(facts, 'openid-connect', 'hmac-auth');
  if (plugin === undefined) return [];
  if (plugin.name === 'openid-connect') return [updateOf(facts, plugin, { leeway: LEEWAY })];
  const present = plugin.met?.field('clock_skew').value;
  return typeof present === 'number' && present < CLOCK_SKEW
    ? [updateOf(facts, plugin, { clock_skew: CLOCK_SKEW })]
    : [];
}

/** Compare and synchronise the clocks. */
export function syncClocks(facts: Facts): RemedyDraft {
  const issuer = issuerSeen(facts);
  return completed(facts, {
    title: 'Compare and synchronise the clocks',
    risk: 'low',
    note: 'Every Kong node, the issuer and the client, by NTP. leeway exists in openid-connect only, clock_skew in hmac-auth; jwt has neither, so there only the clocks help.',
    changes: tolerance(facts),
    text: {
      'admin-api': `# on every Kong node, against the Date header of the issuer:\ndate -u\ncurl -sI ${urlWord(issuer ?? placeholder('ISSUER_URL'))}`,
      kubernetes: `# kubectl exec deployment/${placeholder('KONG_DEPLOYMENT')} -c proxy -- date -u`,
    },
  });
}
