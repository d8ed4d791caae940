// The credential of a consumer for the authentication plugin of the paste.
import type { Facts } from '../../facts/facts.ts';
import type { CredentialChange } from '../change.ts';
import { presentedIn } from '../names-from-exchanges.ts';
import { authPluginOf, failingConsumer, fieldTexts } from '../names-from-facts.ts';
import { tokenAlgorithm, tokenClaim } from '../names-from-tokens.ts';
import { placeholder } from '../notes/placeholders.ts';

/** Placeholders of the secrets: new ones or those that the client already sends. */
export interface SecretPlaceholders {
  readonly key: string;
  readonly password: string;
  readonly secret: string;
}

/** A new credential of the kind that the plugin of the paste asks for; key-auth when nothing tells. */
export function credentialFor(facts: Facts, secrets: SecretPlaceholders): CredentialChange {
  const base = { on: 'credential', how: 'create', consumer: failingConsumer(facts) } as const;
  switch (authPluginOf(facts, 'key-auth', 'basic-auth', 'jwt', 'hmac-auth').name) {
    case 'basic-auth':
      return { ...base, type: 'basic-auth', fields: { username: userName(facts), password: secrets.password } };
    case 'hmac-auth':
      return { ...base, type: 'hmac-auth', fields: { username: userName(facts), secret: secrets.secret } };
    case 'jwt':
      return jwtCredential(facts, secrets.secret);
    default:
      return { ...base, type: 'key-auth', fields: { key: secrets.key } };
  }
}

/** The jwt credential that fits the tokens of the paste: key, algorithm, and public key or secret. */
export function jwtCredential(facts: Facts, secret: string = placeholder('SECRET')): CredentialChange {
  const algorithm = tokenAlgorithm(facts) ?? 'RS256';
  return {
    on: 'credential',
    type: 'jwt',
    how: 'create',
    consumer: jwtConsumer(facts),
    fields: {
      key: keyClaimValue(facts),
      algorithm,
      ...(algorithm.startsWith('HS') ? { secret } : { rsa_public_key: placeholder('PUBLIC_KEY_PEM') }),
    },
  };
}

/** The consumer that fails, else the one whose jwt credential the paste shows. */
function jwtConsumer(facts: Facts): string {
  const consumer = failingConsumer(facts);
  const owners = new Set(facts.config.ofType('jwt-credential').map((entity) => entity.scope.consumer));
  const [owner] = owners;
  return consumer === placeholder('CONSUMER_NAME') && owners.size === 1 && owner !== undefined ? owner : consumer;
}

/** The value that a jwt credential's key must equal: that of the claim which key_claim_name names. */
function keyClaimValue(facts: Facts): string {
  const [claim = 'iss'] = fieldTexts(authPluginOf(facts, 'jwt'), 'key_claim_name');
  const fallback = claim === 'iss' ? placeholder('ISS_OF_THE_TOKEN') : placeholder('CLAIM_VALUE');
  const inHeader = facts.tokens.map(({ token }) => token.header?.[claim]).find((value) => typeof value === 'string');
  return tokenClaim(facts, claim) ?? (typeof inHeader === 'string' ? inHeader : fallback);
}

function userName(facts: Facts): string {
  return (
    presentedIn(facts).find((credential) => credential.username !== undefined)?.username ?? placeholder('USER_NAME')
  );
}
