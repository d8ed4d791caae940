// Send the same request to the upstream directly.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';
import { upstreamCall } from './replay/proxy-call.ts';

/** Send the same request to the upstream directly. */
export function replayUpstream(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Send the same request to the upstream directly',
    risk: 'low',
    note: 'From a host that reaches the upstream; the same answer there means that Kong is not the cause. A method other than GET does there what it does.',
    changes: [],
    text: { 'admin-api': upstreamCall(facts) },
  });
}
