// A vault reference did not resolve: the signals, remedies and page of vault-reference-unresolved.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { setVaultReference } from '../../remedies/set-vault-reference.ts';
import { defineCause, type Weighed } from '../cause.ts';

const CREDENTIALS = [
  'key-auth-credential',
  'basic-auth-credential',
  'jwt-credential',
  'hmac-auth-credential',
  'oauth2-credential',
] as const;
const FIELDS = ['key', 'username', 'password', 'secret', 'rsa_public_key', 'client_id', 'client_secret'];

/**
 * Plugins and certificates resolve references in their fields, credentials of consumers mostly do not: the braces
 * themselves are then the password (Kong 2.8 to 3.9; https://github.com/Kong/kong/issues/14772).
 */
function referenceInCredential({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const refused = failures({ exchanges }, 401).some((exchange) => exchange.answered.by !== 'upstream');
  return CREDENTIALS.flatMap((type) => config.ofType(type)).flatMap((entity) =>
    FIELDS.filter((field) => /^\{vault:\/\//.test(String(entity.fields[field] ?? ''))).map((field) => ({
      weight: refused ? 4.2 : 3.6,
      says: `The ${field} of a ${entity.type.replaceAll('-', ' ')} is a vault reference, which Kong takes literally in most such fields.`,
      sighting: entity.lines[field] ?? entity.sighting,
    })),
  );
}

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
  looksAt: ['config', 'exchanges'],
  signals: [sentLiterally, referenceInCredential],
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
