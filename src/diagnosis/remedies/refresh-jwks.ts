// Let Kong fetch the keys again.
import type { Facts } from '../facts/facts.ts';
import { urlWord } from './flavours/shell.ts';
import { speaksOnlyOf } from './names-from-facts.ts';
import { issuerSeen, jwksUri } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { installationOf } from './notes/installation.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Let Kong fetch the keys again; undefined where only the jwt plugin is spoken of, which fetches none. */
export function refreshJwks(facts: Facts): RemedyDraft | undefined {
  if (speaksOnlyOf(facts, ['jwt'], ['openid-connect', 'jwt-signer'])) return undefined;
  const kid = facts.tokens.map(({ token }) => token.header?.kid).find((value) => typeof value === 'string');
  const withoutDatabase = installationOf(facts) !== undefined && installationOf(facts) !== 'deck';
  const issuer = issuerSeen(facts);
  return completed(facts, {
    title: 'Let Kong fetch the keys again',
    risk: 'high',
    note: `First look whether the provider’s JWKS has the token’s kid${typeof kid === 'string' ? ` ${kid}` : ''}. Deleting drops the discovery cache and with it a generated session secret, which ends logged-in sessions. DELETE /openid-connect/jwks is another thing (Kong’s own key pair). Kong looks for a new kid by itself, at most every rediscovery_lifetime (30 s).${withoutDatabase ? ' Without a database this call does not exist: restart the nodes.' : ''}`,
    changes: [{ on: 'node', method: 'DELETE', path: '/openid-connect/issuers' }],
    text: {
      'admin-api': [
        `curl -s ${urlWord(jwksUri(facts))}`,
        ...(issuer === undefined ? [] : [`# this issuer: ${issuer}`.replace(/[\p{Cc}]+/gu, ' ')]),
      ].join('\n'),
      ...(withoutDatabase
        ? {
            kubernetes: `# without a database each node keeps its own copy: kubectl rollout restart deployment/${placeholder('KONG_DEPLOYMENT')}`,
            'kong-conf': '# without a database each node keeps its own copy: kong restart',
          }
        : {}),
    },
  });
}
