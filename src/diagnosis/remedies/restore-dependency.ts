// Restore the connection that the log names.
import type { RemedyDraft } from './remedy.ts';

/** Restore the connection that the log names. */
export function restoreDependency(): RemedyDraft {
  return {
    title: 'Restore the connection that the log names',
    risk: 'low',
    note: 'The credential may be good; look again once the node reports its database as reachable.',
    changes: [{ on: 'node', method: 'GET', path: '/status' }],
  };
}
