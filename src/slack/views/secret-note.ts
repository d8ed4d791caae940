// The private note to whoever pasted secrets: what kind, which fingerprint, where, and how to make each worthless.
import type { SecretSeen } from '../../diagnosis/diagnosis.ts';
import type { SecretKind } from '../../diagnosis/redact/redacted.ts';
import { context, section } from '../../render/slack-blocks.ts';
import { safeBold, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';

/** How to revoke it, by kind. */
const REVOKE: Readonly<Record<SecretKind, string>> = {
  jwt: 'revoke the session or the refresh token at the identity provider; the token itself works until it expires.',
  jwe: 'revoke the session at the identity provider; the token itself works until it expires.',
  'opaque-token': 'revoke it at the identity provider (its revocation endpoint, RFC 7009).',
  'api-key': 'delete the key and give the consumer a new one: `DELETE /consumers/NAME/key-auth/ID`.',
  password: 'change it where it is valid.',
  'basic-credential': 'change the password: `PATCH /consumers/NAME/basic-auth/ID`.',
  'client-secret': 'rotate the client’s secret at the identity provider, then in the plugin’s configuration.',
  'jwt-secret': 'give the consumer a new credential and delete this one: `DELETE /consumers/NAME/jwt/ID`.',
  'hmac-secret': 'give the consumer a new credential and delete this one: `DELETE /consumers/NAME/hmac-auth/ID`.',
  signature: 'it signs one request only; rotate the secret behind it if the request can be replayed.',
  cookie: 'end the session it belongs to.',
  'session-secret': 'set a new one in the plugin or in `kong.conf`; all sessions end then.',
  'authorization-code': 'it works once and for minutes; nothing is left to do if the login went through.',
  'refresh-token': 'revoke it at the identity provider (its revocation endpoint, RFC 7009).',
  'provision-key': 'set a new one on the oauth2 plugin.',
  'private-key': 'make a new key pair, replace the certificate and have the old one revoked.',
  'admin-token': 'reset the token of that Kong admin.',
  'debug-token': 'restart or reload the node; the token is made anew.',
  'cloud-key': 'delete the key in the provider’s console and make a new one.',
  'slack-token': 'revoke it with `auth.revoke` or in the app’s settings.',
  'other-secret': 'change it where it is valid.',
};

const LISTED = 12;

/**
 * The note, for one person's secrets.
 * @param secrets equal ones (by fingerprint) are named once
 * @param isSeenByOthers whether the paste stands where others read it
 */
export function secretNote(secrets: readonly SecretSeen[], isSeenByOthers: boolean): OutMessage {
  const once = [...new Map(secrets.map((secret) => [secret.fingerprint, secret])).values()];
  const isOne = once.length === 1;
  const head = isOne ? 'Your paste holds a secret.' : `Your paste holds ${once.length} secrets.`;
  const lines = once
    .slice(0, LISTED)
    .map((secret) =>
      safeSentence(
        `• ${secret.kind} \`${secret.fingerprint}\` (${secret.source}, line ${secret.line}): ${REVOKE[secret.kind as SecretKind] ?? REVOKE['other-secret']}`,
      ),
    );
  const rest = once.length > LISTED ? safeSentence(`• and ${once.length - LISTED} more.`) : undefined;
  const foot = isSeenByOthers
    ? 'Only you see this note. Others can read the paste: delete the message or the file, and treat what was in it as known. I keep fingerprints only.'
    : 'Only you see this note, and I keep fingerprints only. Whoever can read your paste elsewhere knows the secret.';
  return message(safeLines(safeSentence(head), ...lines, rest, safeSentence(foot)), [
    section(safeLines(safeBold(head), ...lines, rest)),
    context(safeSentence(foot)),
  ]);
}
