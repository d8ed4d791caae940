// The identity providers that a gateway's openid-connect plugins name, each read once for all checks.
import { z } from 'zod';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import type { LivePlugin } from '../kong/read.ts';
import type { GatewaySnapshot } from '../kong/snapshot.ts';
import type { Examination, Subject } from './check.ts';
import { isReference, listAt, mapOf, textsIn, valueAt } from './gateway-map.ts';
import type { Reached } from './reach.ts';

/** Characters of a provider's text that are kept; sentences quote some. */
const KEPT = 200;
const Text = z.string().transform((text) => (text.length > KEPT ? `${text.slice(0, KEPT)}…` : text));
const Texts = z.array(Text);
/** An issuer or endpoint; what is longer is none. */
const Address = z.string().max(2000);

/** OpenID Connect Discovery 1.0 §3, as far as a gateway cares; unknown fields stay. */
const Discovery = z.looseObject({
  issuer: Address,
  jwks_uri: Address.optional(),
  authorization_endpoint: Address.optional(),
  token_endpoint: Address.optional(),
  introspection_endpoint: Address.optional(),
  userinfo_endpoint: Address.optional(),
  id_token_signing_alg_values_supported: Texts.optional(),
  token_endpoint_auth_methods_supported: Texts.optional(),
  introspection_endpoint_auth_methods_supported: Texts.optional(),
  grant_types_supported: Texts.optional(),
  scopes_supported: Texts.optional(),
  code_challenge_methods_supported: Texts.optional(),
});
export type Discovery = z.infer<typeof Discovery>;

/** RFC 7517 §5; what is private about a key has no field here. */
const KeySet = z.looseObject({
  keys: z.array(
    z.object({
      kty: Text,
      kid: Text.optional(),
      alg: Text.optional(),
      use: Text.optional(),
      x5c: z.array(z.string()).optional(),
    }),
  ),
});
export type KeySet = z.infer<typeof KeySet>;

/**
 * What came of looking: the value, or why there is none. `wrong` is the provider's or the configuration's fault;
 * `unseen` only says that it was not seen from here.
 */
export type Looked<T> =
  | { readonly found: T; readonly reached: Reached }
  | { readonly wrong: string; readonly status?: number }
  | { readonly unseen: string };

/** One provider as some plugins name it. */
export interface Provider {
  readonly subject: Subject;
  /** Without the path of discovery. */
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly plugins: readonly LivePlugin[];
  readonly discovery: () => Promise<Looked<Discovery>>;
  /** The keys at this address; each address is read once. */
  readonly keysAt: (url: string) => Promise<Looked<KeySet>>;
}

const WELL_KNOWN = '/.well-known/';
const DOCUMENT = 'openid-configuration';
const known = new WeakMap<Examination, readonly Provider[]>();

/** The providers of enabled plugins; those behind a vault reference or a pseudo issuer are left out. */
export function providersOf(examination: Examination): readonly Provider[] {
  const before = known.get(examination);
  if (before !== undefined) return before;
  const map = mapOf(examination.gateway);
  const byUrl = new Map<string, LivePlugin[]>();
  for (const plugin of map.pluginsNamed('openid-connect')) {
    const issuer = map.field(plugin, 'issuer').value;
    if (typeof issuer !== 'string' || isReference(issuer)) continue;
    if (map.field(plugin, 'using_pseudo_issuer').value !== true) listAt(byUrl, discoveryUrlOf(issuer)).push(plugin);
  }
  const providers = [...byUrl].map(([url, plugins]) => providerOf(url, plugins, examination));
  known.set(examination, providers);
  return providers;
}

/** Where Kong reads the document: the issuer itself where it names a document (Entra's may carry a query), else below it. */
function discoveryUrlOf(issuer: string): string {
  return issuer.includes(WELL_KNOWN) ? issuer : `${issuer.replace(/\/$/, '')}${WELL_KNOWN}${DOCUMENT}`;
}

function providerOf(discoveryUrl: string, plugins: readonly LivePlugin[], examination: Examination): Provider {
  const [issuer = discoveryUrl] = discoveryUrl.split(WELL_KNOWN);
  let discovery: Promise<Looked<Discovery>> | undefined;
  const keys = new Map<string, Promise<Looked<KeySet>>>();
  return {
    subject: { type: 'identity-provider', name: issuer },
    issuer,
    discoveryUrl,
    plugins,
    discovery() {
      discovery ??= look(discoveryUrl, Discovery, 'The discovery document', plugins, examination);
      return discovery;
    },
    keysAt(url) {
      const before = keys.get(url);
      if (before !== undefined) return before;
      const looking = look(url, KeySet, 'The key set', plugins, examination);
      keys.set(url, looking);
      return looking;
    },
  };
}

async function look<T>(
  url: string,
  shape: z.ZodType<T>,
  what: string,
  plugins: readonly LivePlugin[],
  examination: Examination,
): Promise<Looked<T>> {
  let reached: Reached;
  try {
    reached = await examination.reach.get(url);
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return { unseen: unseenBecause(error, plugins) };
  }
  const { status, body } = reached;
  if (status !== 200 && plugins.some(({ raw }) => textsIn(valueAt(raw.config, 'discovery_headers_names')).length > 0))
    return {
      unseen: `${what} at ${url} is answered ${status} to this bot, which does not send the headers of discovery_headers_names as the plugin does.`,
    };
  if (status !== 200) return { wrong: `${what} at ${url} is answered ${status}.`, status };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser quotes the page, which is of no use to anybody.
    return {
      wrong: `${what} at ${url} is no JSON but ${body.trimStart().startsWith('<') ? 'a web page' : 'another text'}.`,
    };
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    return { wrong: `${what} at ${url} lacks what it must have${field === '' ? '' : ` (${field})`}.` };
  }
  return { found: parsed.data, reached };
}

/** Not seen from here says nothing about the gateway's own network, nor about its proxy. */
export function unseenBecause(error: KongauthError, plugins: readonly LivePlugin[]): string {
  // What is not called from here is this bot's own rule, which says nothing about the way there.
  if (error.code === 'provider-refused') return error.message;
  const proxied = plugins.some(
    ({ raw }) => valueAt(raw.config, 'https_proxy') != null || valueAt(raw.config, 'http_proxy') != null,
  );
  return `${error.message} That is how it looks from this bot; ${proxied ? 'the plugin goes through a proxy, which the bot does not' : 'the gateway may see it otherwise'}.`;
}

/** Where Kong reads the keys of a provider, with the plugins that do. */
export interface KeyPlaces {
  readonly announced: string | undefined;
  readonly byUrl: ReadonlyMap<string, readonly LivePlugin[]>;
  /** Plugins that name a key set by a vault reference. */
  readonly referring: readonly LivePlugin[];
}

/** The announced key set, or the plugin's own in its place, and the plugin's extra ones. */
export async function keyPlacesOf(provider: Provider, { gateway }: Examination): Promise<KeyPlaces> {
  const map = mapOf(gateway);
  const looked = await provider.discovery();
  const announced = 'found' in looked ? looked.found.jwks_uri : undefined;
  const byUrl = new Map<string, LivePlugin[]>();
  const referring: LivePlugin[] = [];
  for (const plugin of provider.plugins) {
    const own = textsIn(map.field(plugin, 'jwks_endpoint').value);
    const urls = [
      ...(own.length > 0 ? own : textsIn(announced)),
      ...textsIn(map.field(plugin, 'extra_jwks_uris').value),
    ];
    if (urls.some(isReference)) referring.push(plugin);
    for (const url of new Set(urls)) if (!isReference(url)) listAt(byUrl, url).push(plugin);
  }
  return { announced, byUrl, referring };
}

/** The ids of the keys that a provider announces, for comparing one look with the next. */
export interface ProviderKeys {
  /** Its issuer. */
  readonly name: string;
  readonly keyIds: readonly string[];
}

/** The announced key sets that were seen; one that was not is left out, and the checks say why. */
export async function publishedKeys(examination: Examination): Promise<readonly ProviderKeys[]> {
  const seen = await Promise.allSettled(
    providersOf(examination).map(async ({ issuer, discovery, keysAt }): Promise<ProviderKeys | undefined> => {
      const looked = await discovery();
      const url = 'found' in looked ? looked.found.jwks_uri : undefined;
      const keys = url === undefined ? undefined : await keysAt(url);
      if (keys === undefined || !('found' in keys)) return undefined;
      return { name: issuer, keyIds: keys.found.keys.flatMap(({ kid }) => kid ?? []) };
    }),
  );
  return seen.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
}

/** Fields of the plugins that call out, below config. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  'openid-connect': [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'introspection_endpoint',
    'userinfo_endpoint',
    'jwks_endpoint',
    'extra_jwks_uris',
  ],
  'oauth2-introspection': ['introspection_url'],
  'upstream-oauth': ['oauth.token_endpoint'],
};

/** Hosts that may be called: those that the gateway's own configuration or its settings name. */
export function hostsNamedBy(gateway: GatewaySnapshot, { identityProviderHosts }: GatewaySettings): readonly string[] {
  const named = gateway.plugins.flatMap(({ name, raw }) =>
    (CALLED[name] ?? []).flatMap((field) =>
      textsIn(valueAt(raw.config, field)).flatMap((url) => (URL.canParse(url) ? [new URL(url).host] : [])),
    ),
  );
  // A URL without a port means its scheme's; a name in the settings means any.
  const withPorts = named.flatMap((host) => (/:\d+$/.test(host) ? [host] : [`${host}:443`, `${host}:80`]));
  return [...new Set([...withPorts, ...identityProviderHosts])];
}
