// Give the consumer the credential.
import type { Facts } from '../facts/facts.ts';
import type { CredentialChange } from './change.ts';
import { authPluginOf, failingConsumer } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function credentialFor(facts: Facts): CredentialChange {
  const consumer = failingConsumer(facts);
  const plugin = authPluginOf(facts, 'key-auth', 'basic-auth', 'jwt', 'hmac-auth').name;
  if (plugin === 'basic-auth')
    return {
      on: 'credential',
      type: 'basic-auth',
      how: 'create',
      consumer,
      fields: { username: '<USER_NAME>', password: '<PASSWORD>' },
    };
  if (plugin === 'jwt')
    return {
      on: 'credential',
      type: 'jwt',
      how: 'create',
      consumer,
      fields: { key: issuerOf(facts), algorithm: 'RS256', rsa_public_key: '<PUBLIC_KEY_PEM>' },
    };
  if (plugin === 'hmac-auth')
    return {
      on: 'credential',
      type: 'hmac-auth',
      how: 'create',
      consumer,
      fields: { username: '<USER_NAME>', secret: '<SECRET>' },
    };
  return { on: 'credential', type: 'key-auth', how: 'create', consumer, fields: { key: '<API_KEY>' } };
}

function issuerOf(facts: Facts): string {
  const iss = facts.tokens
    .map(({ token }) => token.claims?.iss)
    .find((value) => typeof value === 'string' && value !== '');
  return typeof iss === 'string' ? iss : '<ISS_OF_THE_TOKEN>';
}

/** Give the consumer the credential. */
export function addCredential(facts: Facts): RemedyDraft {
  return {
    title: 'Give the consumer the credential',
    risk: 'low',
    note: 'The secret is a placeholder: put it in where you run the command, not into a chat.',
    changes: [credentialFor(facts)],
  };
}
