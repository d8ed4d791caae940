// endpoints: what plugins call besides discovery is named somewhere and answers; no credential is sent.

import type { CauseName } from '../../diagnosis/names.ts';
import { callsOf, endpointsNeeded } from '../called.ts';
import type { Check, Examination } from '../check.ts';
import { mapOf, textsIn } from '../gateway-map.ts';
import { providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'endpoints';

export const endpoints: Check = {
  name: NAME,
  title: 'Token and introspection endpoints answer',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    const { called, referenced } = await callsOf(examination);
    for (const { what, plugin } of referenced)
      results.couldNotLook(map.subjectOf(plugin), `Its ${what} is a vault reference, which is not resolved here.`);
    for (const { what, url, plugins, reached, unseen } of called) {
      const [plugin] = plugins;
      if (plugin === undefined) continue;
      if (unseen !== undefined) results.couldNotLook(map.subjectOf(plugin), `The ${what}: ${unseen}`);
      else if (reached !== undefined && (reached.status >= 500 || reached.status === 429))
        results.failed(
          map.subjectOf(plugin),
          `The ${what} ${url} is answered ${reached.status}.`,
          'Look at the provider: its endpoint has a fault or is overloaded.',
          'idp-throttled',
        );
    }
    const judged = await lookForMissing(examination, results);
    return results.all(
      called.length + judged === 0 ? undefined : 'Every endpoint that plugins call is named and answers.',
    );
  },
};

/** What a method calls and neither the config nor the document names. */
async function lookForMissing(examination: Examination, results: Results): Promise<number> {
  const map = mapOf(examination.gateway);
  let judged = 0;
  for (const provider of providersOf(examination)) {
    const looked = await provider.discovery();
    if (!('found' in looked)) continue;
    for (const plugin of provider.plugins) {
      const methods = map.field(plugin, 'auth_methods');
      // The default enables every method, which says nothing about what is meant.
      if (methods.from !== 'given') continue;
      judged += 1;
      for (const what of endpointsNeeded(textsIn(methods.value))) {
        if (textsIn(map.field(plugin, what).value).length > 0 || looked.found[what] !== undefined) continue;
        const cause: CauseName =
          what === 'introspection_endpoint' ? 'oidc-introspection-failed' : 'oidc-discovery-failed';
        results.failed(
          map.subjectOf(plugin),
          `auth_methods calls the ${what}, which neither the config nor the discovery document names.`,
          `Set config.${what}, or take the method out of config.auth_methods.`,
          cause,
        );
      }
    }
  }
  return judged;
}
