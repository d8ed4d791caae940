// A real identity provider over TLS: oidc-provider with clients of several kinds, keys that rotate, and faults in front of it.

import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration, type JWK } from 'oidc-provider';
import { Agent, request } from 'undici';
import type { Certificate } from './certificates.ts';
import { commit, type ProviderFault } from './provider-faults.ts';

export interface ProviderOptions {
  readonly tls: Certificate;
  readonly ca: string;
  /** The name that it is reached by; it resolves to this machine. */
  readonly host?: string;
  /** Fields of the discovery document that it has otherwise than oidc-provider itself. */
  readonly discovery?: Readonly<Record<string, unknown>>;
  readonly configuration?: Configuration;
}

/** What is sent besides the path. */
export interface Sent {
  /** A form that is posted; without it the call is a GET. */
  readonly form?: Readonly<Record<string, string>>;
  /** `id:secret` for the header. */
  readonly basic?: string;
}

/** One exchange as `curl -i` shows it. */
export interface Exchange {
  readonly status: number;
  readonly body: string;
  readonly transcript: string;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly faults: Map<string, ProviderFault>;
  /** JSON that is answered at a path in place of the provider's own. */
  readonly documents: Map<string, unknown>;
  /** Headers of every answer, as a proxy in front adds them. */
  readonly headers: Map<string, string>;
  /** Seconds that its Date header is ahead. */
  skew: number;
  readonly calls: readonly string[];
  /** New keys; the old ones are gone. */
  rotate(): Promise<void>;
  /** Calls a path of it, the query included. */
  call(path: string, sent?: Sent): Promise<Exchange>;
  /** Calls the token endpoint. */
  token(form: Readonly<Record<string, string>>, basic?: string): Promise<Exchange>;
  /** A fresh code of the client `web`, logged in and consented to; with the refresh token's scope. */
  code(): Promise<string>;
  close(): Promise<void>;
}

export const REDIRECT_URI = 'https://portal.example/callback';

const CLIENTS = [
  {
    client_id: 'gateway',
    client_secret: 'gateway-secret-0123456789',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: 'openid',
    token_endpoint_auth_method: 'client_secret_basic',
  },
  {
    client_id: 'assertion',
    client_secret: 'assertion-secret-0123456789-of-the-length',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_jwt',
  },
  {
    client_id: 'signed',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: {
      keys: [
        {
          ...{ kty: 'EC', crv: 'P-256', kid: 'of-the-client', use: 'sig' },
          // The example of RFC 7517, appendix A.1.
          x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
          y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
        },
      ],
    },
  },
  {
    client_id: 'web',
    client_secret: 'web-secret-0123456789abc',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [REDIRECT_URI],
    token_endpoint_auth_method: 'client_secret_post',
  },
] as const;

/** Starts it on a free port. */
export async function startIdentityProvider(options: ProviderOptions): Promise<IdentityProvider> {
  const calls: string[] = [];
  const faults = new Map<string, ProviderFault>();
  const documents = new Map<string, unknown>();
  const headers = new Map<string, string>();
  const state = { skew: 0 };
  let serve: RequestListener = () => undefined;
  const server = createServer({ key: options.tls.key, cert: options.tls.cert }, (incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '', 'https://peer');
    calls.push(`${incoming.method} ${pathname}`);
    if (state.skew !== 0) {
      response.sendDate = false;
      response.setHeader('date', new Date(Date.now() + state.skew * 1000).toUTCString());
    }
    response.setHeaders(headers);
    const fault = faults.get(pathname);
    if (fault !== undefined) return commit(fault, response);
    if (documents.has(pathname)) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(documents.get(pathname)));
      return;
    }
    if (pathname === '/.well-known/openid-configuration' && options.discovery !== undefined)
      return overridden(incoming, response, serve, options.discovery);
    serve(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `https://${options.host ?? 'localhost'}:${(server.address() as AddressInfo).port}`;
  const agent = new Agent({ connect: { ca: options.ca, lookup: toThisMachine } });

  async function rotate(): Promise<void> {
    serve = await listenerOf(issuer, options.configuration ?? {});
  }
  await rotate();

  async function call(path: string, { form, basic }: Sent = {}): Promise<Exchange> {
    const body = form === undefined ? undefined : new URLSearchParams(form).toString();
    const response = await request(`${issuer}${path}`, {
      dispatcher: agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    const received = Object.entries(response.headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
    const command = [
      `$ curl -i '${issuer}${path}'`,
      ...(basic === undefined ? [] : [`-u '${basic}'`]),
      ...(body === undefined ? [] : [`-d '${body}'`]),
    ].join(' ');
    return {
      status: response.statusCode,
      body: text,
      transcript: [command, `HTTP/1.1 ${response.statusCode}`, ...received, '', text, ''].join('\n'),
    };
  }

  async function code(): Promise<string> {
    const cookies = new Map<string, string>();
    const query = new URLSearchParams({
      client_id: 'web',
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid offline_access',
      prompt: 'consent',
    });
    let url = `${issuer}/auth?${query}`;
    for (let hops = 0; hops < 12; hops++) {
      const isPrompt = url.includes('/interaction/') && !url.endsWith('/confirm');
      const response = await request(url, {
        dispatcher: agent,
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(isPrompt ? await answerTo(url, cookies, agent) : {}),
      });
      await response.body.dump();
      for (const cookie of [response.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const location = String(response.headers.location ?? '');
      if (location.startsWith(REDIRECT_URI)) return new URL(location).searchParams.get('code') ?? '';
      url = new URL(location, issuer).href;
    }
    throw new Error('the login did not come to an end');
  }

  return {
    issuer,
    faults,
    documents,
    headers,
    calls,
    get skew() {
      return state.skew;
    },
    set skew(seconds: number) {
      state.skew = seconds;
    },
    rotate,
    call,
    token: (form, basic) => call('/token', { form, ...(basic === undefined ? {} : { basic }) }),
    code,
    async close() {
      await agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Which form the provider shows decides what is filled in. */
async function answerTo(url: string, cookies: ReadonlyMap<string, string>, agent: Agent) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const page = await request(url, { dispatcher: agent, headers: { cookie } });
  const prompt = /name="prompt" value="(\w+)"/.exec(await page.body.text())?.[1] ?? 'login';
  const form = prompt === 'login' ? { prompt, login: 'anna', password: 'any' } : { prompt };
  return {
    method: 'POST' as const,
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  };
}

async function listenerOf(issuer: string, configuration: Configuration): Promise<RequestListener> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' } as JWK;
  const provider = new Provider(issuer, {
    clients: CLIENTS.map((client) => ({ ...client })) as unknown as NonNullable<Configuration['clients']>,
    jwks: { keys: [key] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      introspection: { enabled: true },
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    scopes: ['openid', 'offline_access', 'orders:read'],
    cookies: { keys: ['a key for the cookies of a test'] },
    ...configuration,
  });
  provider.on('server_error', (_, error) => {
    throw error;
  });
  return provider.callback();
}

/** The provider's own document with other fields. */
function overridden(
  incoming: IncomingMessage,
  response: ServerResponse,
  serve: RequestListener,
  fields: Readonly<Record<string, unknown>>,
): void {
  const end = response.end.bind(response);
  response.end = ((chunk: unknown) => {
    const document = { ...(JSON.parse(String(chunk)) as Record<string, unknown>), ...fields };
    const text = JSON.stringify(document);
    response.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
  serve(incoming, response);
}

const toThisMachine = (
  _host: string,
  options: { readonly all?: boolean | undefined },
  callback: (error: null, address: string | LookupAddress[], family?: number) => void,
): void => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};
