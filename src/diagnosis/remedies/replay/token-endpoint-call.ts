// The exact call of the token endpoint as curl, secrets as placeholders.
import type { Facts } from '../../facts/facts.ts';
import { commentLine, shellWord, urlWord } from '../flavours/shell.ts';
import { clientId, discoveryUrl, issuerSeen, sentToProvider, tokenEndpoint } from '../names-from-providers.ts';
import { placeholder } from '../notes/placeholders.ts';

/** How the call authenticates its client. */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post';

/** Secrets of the grants that carry one beside the client's. */
const GRANT_FIELDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  authorization_code: [['code', placeholder('CODE')]],
  refresh_token: [['refresh_token', placeholder('REFRESH_TOKEN')]],
  password: [
    ['username', placeholder('USER_NAME')],
    ['password', placeholder('USER_PASSWORD')],
  ],
};

/**
 * The call, with the grant, scope, audience and redirect URI that the paste shows.
 * @param method how the secret is sent
 * @param more further form fields, which win over those of the paste
 */
export function tokenEndpointCall(
  facts: Facts,
  method: ClientAuthentication = 'client_secret_basic',
  more: Readonly<Record<string, string>> = {},
): string {
  const grant = knownGrant(sentToProvider(facts, 'grant_type'));
  const secret: Readonly<Record<string, string>> =
    method === 'client_secret_post' ? { client_id: clientId(facts), client_secret: placeholder('CLIENT_SECRET') } : {};
  const fields = {
    grant_type: grant,
    ...Object.fromEntries(GRANT_FIELDS[grant] ?? []),
    ...(grant === 'authorization_code' ? sent(facts, 'redirect_uri') : {}),
    ...sent(facts, 'scope'),
    ...sent(facts, 'audience'),
    ...more,
    ...secret,
  };
  const user =
    method === 'client_secret_basic' ? [`-u ${shellWord(`${clientId(facts)}:${placeholder('CLIENT_SECRET')}`)}`] : [];
  const data = Object.entries(fields).map(([name, value]) => `--data-urlencode ${shellWord(`${name}=${value}`)}`);
  return [`curl -s -i -X POST ${urlWord(tokenEndpoint(facts))}`, ...user, ...data].join(' \\\n  ');
}

function sent(facts: Facts, field: string): Readonly<Record<string, string>> {
  const value = sentToProvider(facts, field);
  return value === undefined ? {} : { [field]: value };
}

function knownGrant(grant: string | undefined): string {
  return grant !== undefined && Object.hasOwn(GRANT_FIELDS, grant) ? grant : 'client_credentials';
}

/** The call after a line that says where the endpoint stands, when the paste shows an issuer but no endpoint. */
export function tokenEndpointReplay(facts: Facts, more: Readonly<Record<string, string>> = {}): string {
  const call = tokenEndpointCall(facts, 'client_secret_basic', more);
  if (tokenEndpoint(facts) !== placeholder('TOKEN_ENDPOINT') || issuerSeen(facts) === undefined) return call;
  return `${commentLine('token_endpoint stands in:')}\ncurl -s ${urlWord(discoveryUrl(facts))}\n${call}`;
}
