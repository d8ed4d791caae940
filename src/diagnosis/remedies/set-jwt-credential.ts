// Put the issuer’s key into the jwt credential.
import type { Facts } from '../facts/facts.ts';
import { failingConsumer } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Put the issuer’s key into the jwt credential. */
export function setJwtCredential(facts: Facts): RemedyDraft {
  return {
    title: 'Put the issuer’s key into the jwt credential',
    risk: 'medium',
    note: 'key is compared with the claim named by key_claim_name (iss); the credential decides the algorithm. A secret that the issuer uses base64-decoded needs secret_is_base64 on the plugin.',
    changes: [
      {
        on: 'credential',
        type: 'jwt',
        how: 'create',
        consumer: failingConsumer(facts),
        fields: { key: '<ISS_OF_THE_TOKEN>', algorithm: 'RS256', rsa_public_key: '<PUBLIC_KEY_PEM>' },
      },
    ],
  };
}
