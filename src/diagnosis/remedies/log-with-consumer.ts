// Log consumer and source of every request.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Log consumer and source of every request; nothing when the paste is such a log. */
export function logWithConsumer(facts: Facts): RemedyDraft | undefined {
  if (facts.exchanges.some(({ form }) => form === 'serializer')) return undefined;
  return completed(facts, {
    title: 'Log consumer and source of every request',
    risk: 'low',
    note: 'Traces errors to a consumer: nginx’ access log has none, the log plugins’ JSON has consumer, authenticated_entity, source, upstream_status and tries. One line a request on standard output; request headers other than Authorization stand in it in clear.',
    changes: [{ on: 'plugin', plugin: 'file-log', how: 'create', scope: {}, config: { path: '/dev/stdout' } }],
  });
}
