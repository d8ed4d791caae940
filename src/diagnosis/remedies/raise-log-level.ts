// Raise the log level of one node.
import type { RemedyDraft } from './remedy.ts';

/** Raise the log level of one node. */
export function raiseLogLevel(): RemedyDraft {
  return {
    title: 'Raise the log level of one node',
    risk: 'low',
    note: 'Shows why a plugin refuses (most reasons are at debug). Since Kong 3.1 and without a restart; it ends by itself after the timeout. `kong reload` with an exported variable does nothing in a container.',
    changes: [{ on: 'node', method: 'PUT', path: '/debug/node/log-level/debug?timeout=300' }],
  };
}
