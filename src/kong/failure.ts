// What goes wrong between us and the Admin API, in one sentence that says what to do. Never a header, never a body.
import { z } from 'zod';
import { KongauthError } from '../errors.ts';

/** What a sentence may name: the gateway's origin and the call. */
export interface Call {
  readonly origin: string;
  /** `GET /routes/orders`. */
  readonly call: string;
}

const TLS_CODES =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO|HOSTNAME_MISMATCH)/;

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check host, port and admin_listen',
  ENOTFOUND: 'the host name does not resolve; check KONG_ADMIN_URL',
  EAI_AGAIN: 'the host name does not resolve at the moment; check the DNS of this machine',
  EHOSTUNREACH: 'there is no way to that host; check the network and firewalls',
  ENETUNREACH: 'there is no way to that network; check the network and firewalls',
  ECONNRESET: 'the connection was reset; check what stands between, and http:// against https://',
  UND_ERR_SOCKET:
    'the connection was closed within the answer; check what stands between, and http:// against https://',
};

/** The code of a failed call, which may lie in the cause. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

/** Whether the certificate or the handshake was refused: asking again changes nothing. */
export function isTls(error: unknown): boolean {
  return TLS_CODES.test(codeOf(error));
}

/** Whether the time of a call was up. */
export function isTimeout(error: unknown): boolean {
  return /TIMEOUT|TimeoutError|ETIMEDOUT/.test(`${codeOf(error)} ${error instanceof Error ? error.name : ''}`);
}

/** The error for a call that got no whole answer. */
export function failureOf(error: unknown, { origin, call }: Call): KongauthError {
  const code = codeOf(error);
  const options = { cause: error };
  if (isTimeout(error))
    return new KongauthError(
      'kong-unreachable',
      `${call} at ${origin} took too long; check that the address is the Admin API and that the node is not overloaded.`,
      options,
    );
  if (isTls(error))
    return new KongauthError(
      'kong-unreachable',
      `${origin} was not trusted or speaks no TLS (${code}); name the authority's PEM file in KONG_CA_CERT, or correct KONG_ADMIN_URL.`,
      options,
    );
  const reason = NETWORK[code] ?? `the call failed (${code}); check KONG_ADMIN_URL and the network`;
  return new KongauthError('kong-unreachable', `The Admin API at ${origin} was not reached: ${reason}.`, options);
}

/** The error for an answer with this status, which is not 200. */
export function refusalOf(status: number, { origin, call }: Call): KongauthError {
  const at = `${call} at ${origin} was answered ${status}`;
  if (status === 401)
    return new KongauthError('kong-refused', `${at}: RBAC wants a token; set KONG_ADMIN_TOKEN to a valid one.`);
  if (status === 403)
    return new KongauthError(
      'kong-refused',
      `${at}: the token may not read this; give its RBAC role read permission in the workspace.`,
    );
  if (status === 404)
    return new KongauthError(
      'kong-not-found',
      `${at}: this edition or node has no such thing; check KONG_ADMIN_URL and KONG_WORKSPACE.`,
    );
  if (status === 429) return new KongauthError('kong-failed', `${at}: too many calls; wait a minute and ask again.`);
  if (status >= 300 && status < 400)
    return new KongauthError(
      'kong-failed',
      `${at}: redirects are not followed; set KONG_ADMIN_URL to where it leads if that is the Admin API.`,
    );
  if (status >= 500)
    return new KongauthError('kong-failed', `${at}: the node has a fault; look into its error log and its database.`);
  return new KongauthError(
    'kong-failed',
    `${at}, which no read should be; check that KONG_ADMIN_URL is the Admin API.`,
  );
}

/** The error for a write that was answered so: what is refused, by the names of its fields and never by their values. */
export function writeRefusalOf(status: number, body: string, { origin, call }: Call): KongauthError {
  const at = `${call} at ${origin} was answered ${status}`;
  if (status === 405)
    return new KongauthError(
      'kong-read-only',
      `${at}: this node takes no changes (DB-less, or a data plane); change its declarative configuration instead.`,
    );
  if (status === 403)
    return new KongauthError('kong-refused', `${at}: the token may not change this; nothing was changed.`);
  if (status === 409)
    return new KongauthError('kong-rejected', `${at}: there is one like it already; nothing was changed.`);
  if (status === 400 || status === 415 || status === 422) {
    const fields = refusedFields(body);
    if (NOT_ENABLED.test(body))
      return new KongauthError(
        'kong-rejected',
        `${at}: the plugin is not enabled on this gateway (\`plugins\` in kong.conf); nothing was changed.`,
      );
    const which =
      fields.length === 0
        ? body.includes('"@entity"')
          ? 'the change, whose fields do not fit together'
          : 'the change'
        : `the ${fields.length === 1 ? 'field' : 'fields'} ${fields.join(', ')}`;
    return new KongauthError('kong-rejected', `${at}: Kong refuses ${which}; nothing was changed.`);
  }
  if (status >= 500)
    return new KongauthError(
      'kong-outcome-unknown',
      `${at}, which does not tell whether it was done; look at the entity before trying again.`,
    );
  return refusalOf(status, { origin, call });
}

/** The error for a write whose answer was lost: it may have been done. */
export function lostWriteOf(error: unknown, { origin, call }: Call): KongauthError {
  return new KongauthError(
    'kong-outcome-unknown',
    `The answer to ${call} at ${origin} was lost, so it may or may not have been done; look at the entity before trying again.`,
    { cause: error },
  );
}

/** Kong's words for a plugin that is installed, and left out of `plugins` in kong.conf. */
const NOT_ENABLED = /plugin '[\w-]{1,80}' not enabled; add it to the 'plugins' configuration property/;

/** Kong names the fields as the entity has them, Konnect lists them. */
const RefusedFields = z.looseObject({
  fields: z.record(z.string(), z.unknown()).optional(),
  invalid_parameters: z.array(z.looseObject({ field: z.string() })).optional(),
});

/** Paths of the fields that the answer names; empty where it names none. A check over several fields (`@entity`) names none. */
function refusedFields(body: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // A proxy's page: its words are not shown, and there is no field in them.
    return [];
  }
  const parsed = RefusedFields.safeParse(value);
  if (!parsed.success) return [];
  const { fields = {}, invalid_parameters: listed = [] } = parsed.data;
  const named = listed.map(({ field }) => field).filter((field) => /^[\w.-]{1,120}$/.test(field));
  return [...new Set([...leafPaths(fields), ...named])].slice(0, 5);
}

function leafPaths(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(fields).flatMap(([name, inner]) => {
    if (!/^[\w-]{1,60}$/.test(name)) return [];
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leafPaths(inner as Readonly<Record<string, unknown>>).map((deeper) => `${name}.${deeper}`)
      : [name];
  });
}

/** The sentence without the address of the Admin API, for places where others read it. */
export function withoutAddress(sentence: string): string {
  return sentence.replace(/ at https?:\/\/[\w[][^\s,;]*/g, '').replace(/https?:\/\/[\w[][^\s,;]*/g, 'The Admin API');
}
