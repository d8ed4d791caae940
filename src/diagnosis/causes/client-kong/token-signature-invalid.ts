// The signature does not verify: the signals, remedies and page of token-signature-invalid.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy } from '../../facts/questions.ts';
import { setJwtCredential } from '../../remedies/set-jwt-credential.ts';
import { defineCause, type Weighed } from '../cause.ts';

function kongSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'kong', 401, 403)
    .filter((exchange) => /^invalid signature$/i.test(exchange.response?.message?.trim() ?? ''))
    .map((exchange) => ({
      weight: 2,
      says: 'Kong found the credential and its key, and the signature does not fit.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

function brokenKey({ keys }: Pick<Facts, 'keys'>): readonly Weighed[] {
  return keys
    .filter((key) => key.problem !== undefined && key.form === 'public-key')
    .map((key) => ({ weight: 1.8, says: key.problem ?? '', sighting: key.sighting }));
}

/** The token’s signature does not verify with the key that Kong has. */
export const tokenSignatureInvalid = defineCause({
  name: 'token-signature-invalid',
  title: 'The signature does not verify',
  looksAt: ['exchanges', 'keys'],
  signals: [kongSaysSo, brokenKey],
  yieldsTo: ['upstream-rejects-token'],
  remedies: [setJwtCredential],
  checks: ['Paste the jwt credential (`/consumers/NAME/jwt`) and the plugin config.'],
  page: {
    what: 'The token’s signature does not verify with the key that Kong has.',
    why: 'The credential holds another secret or public key than the one that signed, secret_is_base64 is wrong, or the token was altered on its way.',
    confirm: [
      'Verify the token with the credential’s key outside Kong.',
      'Decode the secret: if the issuer signs with the decoded bytes, secret_is_base64 must be true.',
    ],
    fix: ['Put the issuer’s present public key (or secret) into the credential.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Invalid signature"}`,
});
