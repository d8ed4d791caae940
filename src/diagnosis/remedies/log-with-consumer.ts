// Log consumer and source of every request.
import type { RemedyDraft } from './remedy.ts';

/** Log consumer and source of every request. */
export function logWithConsumer(): RemedyDraft {
  return {
    title: 'Log consumer and source of every request',
    risk: 'low',
    note: 'nginx’ access log has no consumer; the log plugins’ JSON has consumer, source, upstream_status and tries.',
    changes: [{ on: 'plugin', plugin: 'file-log', how: 'create', scope: {}, config: { path: '/dev/stdout' } }],
  };
}
