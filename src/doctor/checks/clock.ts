// clock: the provider's clock and this bot's agree, since tokens are judged by both.
import type { Check } from '../check.ts';
import { providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'clock';
/** Date has whole seconds, and an answer takes time. */
const ALLOWED_S = 5;

export const clock: Check = {
  name: NAME,
  title: 'Clocks agree',
  async run(examination) {
    const results = new Results(NAME);
    let judged = 0;
    for (const provider of providersOf(examination)) {
      const looked = await provider.discovery();
      if (!('found' in looked)) {
        results.couldNotLook(provider.subject, 'Its clock was not seen (see the discovery check).');
        continue;
      }
      const { headers, sentAt, at } = looked.reached;
      const date = Date.parse(headers.date ?? '');
      if (Number.isNaN(date)) {
        results.couldNotLook(provider.subject, 'Its answer carries no Date header.');
        continue;
      }
      judged++;
      // The header was written between sending and receiving; half a second for its cut-off fraction.
      const ahead = date + 500 < sentAt ? date + 500 - sentAt : date > at ? date - at : 0;
      const seconds = Math.round(Math.abs(ahead) / 1000);
      if (seconds > ALLOWED_S)
        results.failed(
          provider.subject,
          `The provider’s clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this bot’s (a cache in between may send an old Date).`,
          'Compare both with NTP: chronyc tracking or timedatectl on the gateway nodes and at the provider; config.leeway bridges a few seconds only.',
          'token-not-yet-valid',
        );
    }
    return results.all(judged === 0 ? undefined : `The providers’ clocks agree with this bot’s within ${ALLOWED_S} s.`);
  },
};
