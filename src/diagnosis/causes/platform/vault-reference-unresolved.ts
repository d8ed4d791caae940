// A vault reference did not resolve: the signals, remedies and page of vault-reference-unresolved.
import { setVaultReference } from '../../remedies/set-vault-reference.ts';
import { defineCause } from '../cause.ts';

/** A {vault://...} reference did not resolve, so the secret is literal or empty. */
export const vaultReferenceUnresolved = defineCause({
  name: 'vault-reference-unresolved',
  title: 'A vault reference did not resolve',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [setVaultReference],
  checks: ['Paste the error line and the vault’s configuration.'],
  page: {
    what: 'A {vault://...} reference did not resolve, so the secret is literal or empty.',
    why: 'The environment variable is not set on that node, the vault is not configured or unreachable, or the field is not referenceable.',
    confirm: ['`kong vault get` on the node.'],
    fix: ['Provide the value on every node and reload.'],
  },
  example: `2026/10/12 07:01:02 [warn] 1342#0: *991 [kong] vault.lua:98 unable to resolve reference {vault://env/session-secret} (could not get value from external vault (no value found (session-secret)))`,
});
