// discovery: the provider's document is where Kong looks for it, and names an issuer that Kong will accept.
import type { Check } from '../check.ts';
import { isReference, listed, mapOf, textsIn } from '../gateway-map.ts';
import { providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'discovery';

export const discovery: Check = {
  name: NAME,
  title: 'Discovery documents can be read',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    const plugins = map.pluginsNamed('openid-connect');
    for (const plugin of plugins) {
      const issuer = map.field(plugin, 'issuer').value;
      if (isReference(issuer))
        results.couldNotLook(map.subjectOf(plugin), 'The issuer is a vault reference, which is not resolved here.');
      else if (map.field(plugin, 'using_pseudo_issuer').value === true)
        results.couldNotLook(map.subjectOf(plugin), 'using_pseudo_issuer is on: Kong reads no discovery document.');
    }
    const providers = providersOf(examination);
    await Promise.all(
      providers.map(async (provider) => {
        const looked = await provider.discovery();
        if ('unseen' in looked)
          return results.couldNotLook(
            provider.subject,
            looked.unseen,
            `Run this on a gateway node: curl -sS -o /dev/null -w '%{http_code}' ${provider.issuer}/.well-known/openid-configuration`,
          );
        if ('wrong' in looked)
          return results.failed(
            provider.subject,
            looked.wrong,
            'Set config.issuer to the address below which the provider publishes /.well-known/openid-configuration.',
            looked.status === 429 || looked.status === 503 ? 'idp-throttled' : 'oidc-discovery-failed',
          );
        const { issuer } = looked.found;
        for (const plugin of provider.plugins) {
          const allowed = textsIn(map.field(plugin, 'issuers_allowed').value);
          // Without the list Kong compares iss with the issuer of this document, whatever config.issuer says.
          if (allowed.length > 0 && !allowed.some(isReference) && !allowed.includes(issuer))
            results.failed(
              map.subjectOf(plugin),
              `issuers_allowed (${listed(allowed)}) does not have ${issuer}, which the provider calls itself.`,
              `Add ${issuer} to config.issuers_allowed, unless only tokens of the other issuers are meant.`,
              'token-issuer-mismatch',
            );
        }
      }),
    );
    return results.all(
      providers.length === 0 ? undefined : 'Every discovery document is there and its issuer is accepted.',
    );
  },
};
