// Assign the user or grant consent at the provider.
import type { Facts } from '../facts/facts.ts';
import { commentLine } from './flavours/shell.ts';
import { clientId, issuerSeen } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Assign the user or grant consent at the provider. */
export function askIdpAdministrator(facts: Facts): RemedyDraft {
  const issuer = issuerSeen(facts);
  return completed(facts, {
    title: 'Assign the user or grant consent at the provider',
    risk: 'low',
    note: 'Nothing to change in Kong: the provider’s sign-in log names the policy.',
    changes: [],
    text: {
      'admin-api': commentLine(
        `at the identity provider${issuer === undefined ? '' : ` ${issuer}`}: look up the sign-in event of this user for application ${clientId(facts)}`,
      ),
    },
  });
}
