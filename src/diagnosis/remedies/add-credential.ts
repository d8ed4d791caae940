// Give the consumer the credential.
import type { Facts } from '../facts/facts.ts';
import { credentialFor } from './credentials/credential-for.ts';
import { pluginSeen } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Give the consumer the credential; undefined where the users are in a directory. */
export function addCredential(facts: Facts): RemedyDraft | undefined {
  const elsewhere = pluginSeen(facts, 'ldap-auth', 'ldap-auth-advanced');
  if (elsewhere !== undefined && pluginSeen(facts, 'key-auth', 'basic-auth', 'jwt', 'hmac-auth') === undefined)
    return undefined;
  return completed(facts, {
    title: 'Give the consumer the credential',
    risk: 'low',
    note: 'Adds a credential and changes nothing for others. The secret is a placeholder: put it in where you run the command, not into a chat.',
    changes: [
      credentialFor(facts, {
        key: placeholder('API_KEY'),
        password: placeholder('PASSWORD'),
        secret: placeholder('SECRET'),
      }),
    ],
  });
}
