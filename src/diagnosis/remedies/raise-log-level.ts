// Raise the log level of one node.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import { installationOf } from './notes/installation.ts';
import type { RemedyDraft } from './remedy.ts';

/** Raise the log level of one node. */
export function raiseLogLevel(facts: Facts): RemedyDraft {
  const installation = installationOf(facts);
  // The call exists since 3.1 and not without a database: there the setting and a restart remain.
  const byCall =
    facts.atLeast('3.1') !== false &&
    (installation === undefined || (installation === 'deck' && facts.config.setting('database')?.value !== 'off'));
  return completed(facts, {
    title: 'Raise the log level of one node',
    risk: 'low',
    note: `Shows why a plugin refuses (most reasons are at debug). ${byCall ? 'Since Kong 3.1, without a restart, and it ends by itself after the timeout.' : 'The call PUT /debug/node/log-level needs Kong 3.1 and a database, so here it is the setting and a restart; set it back afterwards.'} \`export KONG_LOG_LEVEL=debug; kong reload\` does nothing in a container, whose master process never sees that shell.`,
    changes: [
      ...(byCall ? [{ on: 'node', method: 'PUT', path: '/debug/node/log-level/debug?timeout=300' } as const] : []),
      { on: 'setting', settings: { log_level: 'debug' } },
    ],
  });
}
