// clock: the provider's clock and this bot's agree, since tokens are judged by both.
import type { Check } from '../check.ts';
import { providersOf } from '../providers.ts';
import type { Reached } from '../reach.ts';
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
      const ahead = aheadOf(looked.reached);
      if (ahead === undefined) {
        results.couldNotLook(provider.subject, 'Its answer carries no Date header.');
        continue;
      }
      judged++;
      const seconds = Math.round(Math.abs(ahead) / 1000);
      if (seconds > ALLOWED_S)
        results.failed(
          provider.subject,
          `The provider’s clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this bot’s, which is not the gateway’s.`,
          'Compare the gateway nodes and the provider with NTP (chronyc tracking or timedatectl), and this machine, too; config.leeway bridges a few seconds only.',
          'token-not-yet-valid',
        );
    }
    return results.all(judged === 0 ? undefined : `The providers’ clocks agree with this bot’s within ${ALLOWED_S} s.`);
  },
};

/** ms that the peer's clock is ahead of ours at least; undefined where it does not tell. */
function aheadOf({ headers, sentAt, at }: Reached): number | undefined {
  const date = Date.parse(headers.date ?? '');
  if (Number.isNaN(date)) return undefined;
  // A cache keeps the Date of the origin and says how old the answer is (RFC 9111 §5.1).
  const age = /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) * 1000 : 0;
  const told = date + age;
  // It was written between sending and receiving; half a second for its cut-off fraction.
  if (told + 500 < sentAt) return told + 500 - sentAt;
  return told > at ? told - at : 0;
}
