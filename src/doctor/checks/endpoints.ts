// endpoints: what plugins call besides discovery answers at all; no credential is sent, so any answer will do.
import { KongauthError } from '../../errors.ts';
import type { LivePlugin } from '../../kong/read.ts';
import type { Check, Examination } from '../check.ts';
import { isReference, mapOf, textsIn, valueAt } from '../gateway-map.ts';
import { issuerOf, providersOf, unseenBecause } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'endpoints';

interface Endpoint {
  readonly plugin: LivePlugin;
  readonly what: string;
  readonly url: string;
}

export const endpoints: Check = {
  name: NAME,
  title: 'Token and introspection endpoints answer',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    const byUrl = new Map<string, Endpoint>();
    for (const endpoint of [
      ...ofOpenidConnect(examination),
      ...(await announced(examination)),
      ...ofOthers(examination),
    ])
      if (isReference(endpoint.url))
        results.couldNotLook(
          map.subjectOf(endpoint.plugin),
          `Its ${endpoint.what} is a vault reference, which is not resolved here.`,
        );
      else if (!byUrl.has(endpoint.url)) byUrl.set(endpoint.url, endpoint);
    await Promise.all(
      [...byUrl.values()].map(async ({ plugin, what, url }) => {
        try {
          const { status } = await examination.reach.get(url);
          if (status >= 500)
            results.failed(
              map.subjectOf(plugin),
              `The ${what} ${url} is answered ${status}.`,
              'Look at the provider: its endpoint has a fault or is overloaded.',
              'idp-throttled',
            );
        } catch (error) {
          if (!(error instanceof KongauthError)) throw error;
          results.couldNotLook(map.subjectOf(plugin), `The ${what}: ${unseenBecause(error, [plugin])}`);
        }
      }),
    );
    return results.all(byUrl.size === 0 ? undefined : 'Every endpoint that plugins call answers.');
  },
};

/** Endpoints that a plugin names itself, in place of the announced ones. */
function ofOpenidConnect(examination: Examination): readonly Endpoint[] {
  const map = mapOf(examination.gateway);
  return map
    .pluginsNamed('openid-connect')
    .flatMap((plugin) =>
      (['token_endpoint', 'introspection_endpoint'] as const).flatMap((field) =>
        textsIn(map.field(plugin, field).value).map((url) => ({ plugin, what: field, url })),
      ),
    );
}

async function announced(examination: Examination): Promise<readonly Endpoint[]> {
  const map = mapOf(examination.gateway);
  const lists = await Promise.all(
    providersOf(examination).map(async (provider) => {
      const looked = await provider.discovery();
      const [plugin] = provider.plugins.filter(
        (one) =>
          issuerOf(examination.gateway, one) !== undefined &&
          textsIn(map.field(one, 'token_endpoint').value).length === 0,
      );
      const url = 'found' in looked ? looked.found.token_endpoint : undefined;
      return plugin === undefined || url === undefined ? [] : [{ plugin, what: 'token_endpoint', url }];
    }),
  );
  return lists.flat();
}

function ofOthers({ gateway }: Examination): readonly Endpoint[] {
  const map = mapOf(gateway);
  const of = (name: string, field: string): readonly Endpoint[] =>
    map
      .pluginsNamed(name)
      .flatMap((plugin) =>
        textsIn(valueAt(plugin.raw.config, field)).map((url) => ({ plugin, what: field.replace(/^.*\./, ''), url })),
      );
  return [...of('oauth2-introspection', 'introspection_url'), ...of('upstream-oauth', 'oauth.token_endpoint')];
}
