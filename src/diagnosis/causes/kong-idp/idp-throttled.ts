// The provider throttles or is unavailable: the signals, remedies and page of idp-throttled.
import type { Facts } from '../../facts/facts.ts';
import { slowDownIdpCalls } from '../../remedies/slow-down-idp-calls.ts';
import { defineCause, type Weighed } from '../cause.ts';

function tooMany({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter((exchange) => exchange.toIdentityProvider && [429, 503].includes(exchange.response?.status ?? 0))
    .map((exchange) => ({
      weight: 4,
      says: `The identity provider answered ${exchange.response?.status}.`,
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

/** The identity provider limits Kong’s calls or is down for a while. */
export const idpThrottled = defineCause({
  name: 'idp-throttled',
  title: 'The provider throttles or is unavailable',
  looksAt: ['exchanges'],
  signals: [tooMany],
  yieldsTo: [],
  remedies: [slowDownIdpCalls],
  checks: ['Paste the provider’s answer with its rate limit headers.'],
  page: {
    what: 'The identity provider limits Kong’s calls or is down for a while.',
    why: 'Caching is off or short, so every request asks the provider; or the provider has trouble of its own.',
    confirm: ['Count calls to the token and introspection endpoints per minute.'],
    fix: ['Cache tokens and introspection within their lifetime; ask for a higher limit.'],
  },
  example: `> POST /oauth2/v1/token HTTP/1.1
> Host: org.okta.com
>
< HTTP/1.1 429 Too Many Requests
<
{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests."}`,
});
