// provider-tls: the provider's certificate is trusted, and does not end soon.
import type { Check } from '../check.ts';
import { mapOf } from '../gateway-map.ts';
import { providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'provider-tls';
const DAY = 24 * 60 * 60_000;
const SOON_DAYS = 30;

export const providerTls: Check = {
  name: NAME,
  title: 'Certificates of the providers',
  async run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    let judged = 0;
    for (const provider of providersOf(examination)) {
      const looked = await provider.discovery();
      const tls = 'found' in looked ? looked.reached.tls : undefined;
      if (tls === undefined) {
        if ('found' in looked)
          results.failed(
            provider.subject,
            'The provider is called over plain http, so anybody on the way can change its keys.',
            'Name its https:// address in config.issuer.',
          );
        else results.couldNotLook(provider.subject, 'Its certificate was not seen (see the discovery check).');
        continue;
      }
      judged++;
      const days = Math.floor((tls.validTo - examination.now) / DAY);
      const ends = new Date(tls.validTo).toISOString().slice(0, 10);
      if (days < 0)
        results.failed(
          provider.subject,
          `The certificate ${tls.endsFirst} ended on ${ends}.`,
          'Have it renewed where the provider’s TLS ends.',
          'idp-tls-untrusted',
        );
      else if (days <= SOON_DAYS)
        results.failed(
          provider.subject,
          `The certificate ${tls.endsFirst} ends on ${ends}, in ${days} ${days === 1 ? 'day' : 'days'}.`,
          'Have it renewed where the provider’s TLS ends, before that day.',
        );
      if (tls.trusted || days < 0) continue;
      for (const plugin of provider.plugins) {
        const verify = map.field(plugin, 'ssl_verify');
        const why = `The certificate by ${tls.issuer} is not trusted here (${tls.distrust ?? 'unknown reason'})`;
        if (verify.value === true)
          results.failed(
            map.subjectOf(plugin),
            `${why}, and ssl_verify is true${verify.from === 'default' ? ' by default' : ''}.`,
            'Put that CA into lua_ssl_trusted_certificate on every node (with lua_ssl_verify_depth for intermediates); where it is there already, name it to this bot in ca_cert.',
            'idp-tls-untrusted',
          );
        else if (verify.from === 'unknown')
          results.couldNotLook(map.subjectOf(plugin), `${why}, and whether Kong verifies it depends on its version.`);
        else
          results.failed(
            map.subjectOf(plugin),
            `${why}; Kong does not look (ssl_verify false), until an upgrade to 3.14 or later makes it.`,
            'Put that CA into lua_ssl_trusted_certificate now, and set config.ssl_verify to true.',
          );
      }
    }
    return results.all(
      judged === 0 ? undefined : `The providers’ certificates are trusted and hold for ${SOON_DAYS} days.`,
    );
  },
};
