// The signature does not verify: the signals, remedies and page of token-signature-invalid.
import type { Facts, Verification } from '../../facts/facts.ts';
import { failuresBy } from '../../facts/questions.ts';
import { refreshJwks } from '../../remedies/refresh-jwks.ts';
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

/** The paste has the token and its key, so nobody need guess. A signature that was made up for a question proves little. */
function checkedAgainstItsKey({ verifications }: Pick<Facts, 'verifications'>): readonly Weighed[] {
  const own = verifications.filter(({ belongs }) => belongs !== 'other');
  // Kong's jwt plugin asks its credential and nothing else, whatever key set lies beside it.
  const asked = own.filter(
    (one) =>
      one.key.from === 'jwt-credential' ||
      !own.some((other) => other.token === one.token && other.key.from === 'jwt-credential'),
  );
  return asked.flatMap((one) => {
    const { token } = one.token;
    if (one.outcome === 'verifies')
      return [{ weight: -4, says: `The signature verifies with ${one.key.name}.`, sighting: token.sighting }];
    if (one.outcome === 'algorithm-differs' || asked.some((other) => other.token === one.token && isGood(other)))
      return [];
    const weight = weightOf(one);
    return [
      { weight, says: sentenceOf(one, verifications), sighting: token.sighting },
      {
        weight: Math.min(weight, 0.8),
        says: `This is the key that was tried: ${one.because}.`,
        sighting: one.key.sighting,
      },
    ];
  });
}

function isGood({ outcome }: Verification): boolean {
  return outcome === 'verifies';
}

/** Another reading that verifies leaves no doubt; that it does not verify counts as much as the signature can be real. */
function weightOf({ outcome, belongs, whole, signedWith }: Verification): number {
  if (outcome === 'verifies-otherwise' || signedWith !== undefined) return belongs === 'named' ? 4.8 : 4.4;
  if (!whole) return belongs === 'named' ? 1 : 0.6;
  return belongs === 'named' ? 4.4 : 3.6;
}

function sentenceOf(one: Verification, all: readonly Verification[]): string {
  const { key, reading, tried = [], signedWith, whole } = one;
  if (reading !== undefined)
    return reading === 'as text'
      ? `The signature verifies only when ${key.name} is read as text: secret_is_base64 must be false.`
      : `The signature verifies only when ${key.name} is read ${reading}${reading === 'base64-decoded' ? ' (the jwt plugin does so with secret_is_base64)' : ''}.`;
  const ways = tried.length < 2 ? '' : ` (tried ${tried.join(', ')})`;
  const said = `The signature does not verify with ${key.name}${ways}`;
  if (signedWith !== undefined) return `${said}; it verifies with ${signedWith}.`;
  const other = all.find((found) => found.token === one.token && isGood(found));
  if (other !== undefined) return `${said}; it verifies with ${other.key.name}.`;
  return whole
    ? `${said}: another key signed this token, or it was altered.`
    : `${said}, and it is not of the form that its algorithm makes: it was cut, altered or made up.`;
}

/** The token’s signature does not verify with the key that Kong has. */
export const tokenSignatureInvalid = defineCause({
  name: 'token-signature-invalid',
  title: 'The signature does not verify',
  looksAt: ['exchanges', 'keys', 'verifications'],
  signals: [kongSaysSo, brokenKey, checkedAgainstItsKey],
  yieldsTo: ['upstream-rejects-token'],
  remedies: [setJwtCredential, refreshJwks],
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
