// A vault reference did not resolve: the signals, remedies and page of vault-reference-unresolved.
import type { Facts } from '../../facts/facts.ts';
import { setVaultReference } from '../../remedies/set-vault-reference.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** The log shows what went upstream: the reference itself, as it is written. */
function sentLiterally({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges.flatMap((exchange) => {
    const literal = exchange.request?.credentials.find(({ oddities }) => oddities.includes('vault-reference'));
    return literal === undefined
      ? []
      : [
          {
            weight: 5.6,
            says: `${literal.carriedIn} carries the reference itself, as it is written.`,
            sighting: exchange.sighting,
          },
        ];
  });
}

/** A {vault://...} reference did not resolve, so the secret is literal or empty. */
export const vaultReferenceUnresolved = defineCause({
  name: 'vault-reference-unresolved',
  title: 'A vault reference did not resolve',
  looksAt: ['exchanges'],
  signals: [sentLiterally],
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
