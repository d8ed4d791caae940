// Put the issuer’s key into the jwt credential.
import type { Facts } from '../facts/facts.ts';
import type { CredentialChange } from './change.ts';
import { jwtCredential } from './credentials/credential-for.ts';
import { speaksOnlyOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** The credential that the paste shows for this key is changed, else one is made. */
function change(facts: Facts): CredentialChange {
  const fresh = jwtCredential(facts);
  const present = facts.config.ofType('jwt-credential').find((entity) => entity.fields.key === fresh.fields.key);
  if (present === undefined) return fresh;
  const { key: _key, ...fields } = fresh.fields;
  const { id, scope } = present;
  return {
    ...fresh,
    how: 'update',
    ...(id === undefined ? {} : { id }),
    ...(scope.consumer === undefined ? {} : { consumer: scope.consumer }),
    fields: { key: fresh.fields.key ?? '', ...fields },
  };
}

/** Put the issuer’s key into the jwt credential; undefined where only openid-connect is spoken of. */
export function setJwtCredential(facts: Facts): RemedyDraft | undefined {
  if (speaksOnlyOf(facts, ['openid-connect'], ['jwt'])) return undefined;
  return completed(facts, {
    title: 'Put the issuer’s key into the jwt credential',
    risk: 'medium',
    note: 'key equals the claim named by key_claim_name (iss) character by character; the credential decides the algorithm (HS256 unless set), and jwt fetches no JWKS, so a rotated key needs a new credential. A secret that the issuer uses base64-decoded needs secret_is_base64 on the plugin.',
    changes: [change(facts)],
  });
}
