// How this Kong is configured, and what that means for a remedy that writes through the Admin API.
import type { Facts } from '../../facts/facts.ts';
import type { Change } from '../change.ts';

type Installation = 'dbless' | 'kubernetes' | 'data-plane' | 'deck';

const SENTENCES: Readonly<Record<Installation, string>> = {
  dbless:
    'This Kong runs without a database: its Admin API is read-only (405), so change the declarative file and load it whole (POST /config or a restart).',
  kubernetes:
    'The ingress controller writes this Kong’s configuration: its Admin API is read-only (DB-less) or overwritten at the next sync, so apply the manifest.',
  'data-plane': 'A data plane has no Admin API: call the control plane.',
  deck: 'The paste shows a declarative file: change it there; the next deck gateway sync undoes what the Admin API alone changed, and without a database the Admin API is read-only.',
};

/** The way in which this Kong gets its configuration, when the paste tells. */
export function installationOf(facts: Facts): Installation | undefined {
  const notations = new Set(facts.config.entities.map((entity) => entity.notation));
  const roles = new Set(facts.nodes.map((node) => node.role));
  if (notations.has('kubernetes') || facts.entries.some((entry) => entry.product === 'kic')) return 'kubernetes';
  if (roles.has('dbless')) return 'dbless';
  const database = facts.config.setting('database')?.value;
  const role = facts.config.setting('role')?.value;
  if (role === 'data_plane' || (roles.has('data_plane') && !roles.has('control_plane'))) return 'data-plane';
  if (database === 'off' || facts.config.setting('declarative_config') !== undefined) return 'dbless';
  return notations.has('deck') ? 'deck' : undefined;
}

/** The sentence for changes that write entities; empty when none does or nothing is known. */
export function installationNote(facts: Facts, changes: readonly Change[]): string {
  const writes = changes.some((change) => change.on !== 'setting' && change.on !== 'node');
  const installation = writes ? installationOf(facts) : undefined;
  return installation === undefined ? '' : SENTENCES[installation];
}
