// The endpoints that plugins call besides discovery and keys, each asked once without a credential: any answer will do.
import { KongauthError } from '../errors.ts';
import type { LivePlugin } from '../kong/read.ts';
import type { Examination } from './check.ts';
import { isReference, mapOf, textsIn, valueAt } from './gateway-map.ts';
import { type Discovery, keyPlacesOf, providersOf, unseenBecause } from './providers.ts';
import type { Reached } from './reach.ts';

export interface Called {
  /** Name of the field or of the entry in the discovery document: `token_endpoint`. */
  readonly what: string;
  readonly url: string;
  /** Those that call it. */
  readonly plugins: readonly LivePlugin[];
  readonly reached: Reached | undefined;
  /** Why it was not reached, as a sentence. */
  readonly unseen: string | undefined;
}

/** A field that names an endpoint by a reference. */
export interface Referenced {
  readonly what: string;
  readonly plugin: LivePlugin;
}

/** What calling came to. */
export interface Calls {
  readonly called: readonly Called[];
  readonly referenced: readonly Referenced[];
}

/** Methods of openid-connect that call the token endpoint. */
const WITH_TOKENS = ['authorization_code', 'client_credentials', 'password', 'refresh_token'];

const known = new WeakMap<Examination, Promise<Calls>>();

/** Calls them; the checks of one examination share the answers. */
export function callsOf(examination: Examination): Promise<Calls> {
  const before = known.get(examination);
  if (before !== undefined) return before;
  const calls = call(examination);
  known.set(examination, calls);
  return calls;
}

/** The endpoints that a plugin's methods call, by the names that discovery and config share. */
export function endpointsNeeded(methods: readonly string[]): readonly (keyof Discovery & string)[] {
  return [
    ...(methods.includes('authorization_code') ? ['authorization_endpoint'] : []),
    ...(methods.some((method) => WITH_TOKENS.includes(method)) ? ['token_endpoint'] : []),
    ...(methods.includes('introspection') ? ['introspection_endpoint'] : []),
    ...(methods.includes('userinfo') ? ['userinfo_endpoint'] : []),
  ];
}

async function call(examination: Examination): Promise<Calls> {
  const byUrl = new Map<string, { readonly what: string; readonly plugins: Set<LivePlugin> }>();
  const referenced: Referenced[] = [];
  for (const { what, url, plugin } of await named(examination)) {
    if (isReference(url)) referenced.push({ what, plugin });
    else {
      const before = byUrl.get(url);
      if (before === undefined) byUrl.set(url, { what, plugins: new Set([plugin]) });
      else before.plugins.add(plugin);
    }
  }
  const called = await Promise.all(
    [...byUrl].map(async ([url, { what, plugins: set }]): Promise<Called> => {
      const plugins = [...set];
      try {
        return { what, url, plugins, reached: await examination.reach.get(url), unseen: undefined };
      } catch (error) {
        if (!(error instanceof KongauthError)) throw error;
        return { what, url, plugins, reached: undefined, unseen: unseenBecause(error, plugins) };
      }
    }),
  );
  return { called, referenced };
}

interface Named {
  readonly what: string;
  readonly url: string;
  readonly plugin: LivePlugin;
}

/** A browser is sent to the authorization endpoint; Kong itself never calls it. */
async function named(examination: Examination): Promise<readonly Named[]> {
  const map = mapOf(examination.gateway);
  const announced = new Map<LivePlugin, Discovery>();
  await Promise.all(
    providersOf(examination).map(async (provider) => {
      const looked = await provider.discovery();
      if ('found' in looked) for (const plugin of provider.plugins) announced.set(plugin, looked.found);
    }),
  );
  const ofOpenidConnect = map.pluginsNamed('openid-connect').flatMap((plugin) =>
    endpointsNeeded(textsIn(map.field(plugin, 'auth_methods').value))
      .filter((what) => what !== 'authorization_endpoint')
      .flatMap((what) => {
        const own = textsIn(map.field(plugin, what).value);
        const urls = own.length > 0 ? own : textsIn(announced.get(plugin)?.[what]);
        return urls.map((url) => ({ what, url, plugin }));
      }),
  );
  const of = (name: string, field: string): readonly Named[] =>
    map
      .pluginsNamed(name)
      .flatMap((plugin) =>
        textsIn(valueAt(plugin.raw.config, field)).map((url) => ({ what: field.replace(/^.*\./, ''), url, plugin })),
      );
  return [
    ...ofOpenidConnect,
    ...of('oauth2-introspection', 'introspection_url'),
    ...of('upstream-oauth', 'oauth.token_endpoint'),
  ];
}

/** Plugins by the origin that they call (discovery, keys, endpoints), with an answer from there. */
export async function originsOf(
  examination: Examination,
): Promise<ReadonlyMap<string, { readonly reached: Reached; readonly plugins: ReadonlySet<LivePlugin> }>> {
  const origins = new Map<string, { readonly reached: Reached; readonly plugins: Set<LivePlugin> }>();
  const seen = (url: string, reached: Reached, plugins: readonly LivePlugin[]): void => {
    const { origin } = new URL(url);
    const at = origins.get(origin) ?? { reached, plugins: new Set<LivePlugin>() };
    origins.set(origin, at);
    for (const plugin of plugins) at.plugins.add(plugin);
  };
  const { called } = await callsOf(examination);
  for (const provider of providersOf(examination)) {
    const looked = await provider.discovery();
    if ('found' in looked) seen(provider.discoveryUrl, looked.reached, provider.plugins);
    for (const [url, plugins] of (await keyPlacesOf(provider, examination)).byUrl) {
      const keys = await provider.keysAt(url);
      if ('found' in keys) seen(url, keys.reached, plugins);
    }
  }
  for (const { url, reached, plugins } of called) if (reached !== undefined) seen(url, reached, plugins);
  return origins;
}
