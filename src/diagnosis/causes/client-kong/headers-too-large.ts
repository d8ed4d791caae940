// Request headers or cookies are too large: the signals, remedies and page of headers-too-large.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { raiseHeaderBuffers } from '../../remedies/raise-header-buffers.ts';
import { defineCause, type Weighed } from '../cause.ts';

function statusSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges })
    .filter(
      (exchange) =>
        [431, 494].includes(exchange.response?.status ?? 0) ||
        /header or cookie too large|header fields too large/i.test(exchange.response?.body ?? ''),
    )
    .map((exchange) => ({
      weight: 4.6,
      says: 'The answer says that a header or cookie is too large.',
      sighting: exchange.messageAt ?? exchange.statusAt ?? exchange.sighting,
    }));
}

/** Only one browser or client gets 400, before anything is asked upstream: what it alone carries is too large. */
function oneClientBadRequest({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  const refused = (traffic.byStatus['401'] ?? 0) + (traffic.byStatus['403'] ?? 0);
  if (refused > 0 || (traffic.byStatus['400'] ?? 0) === 0) return [];
  return contrasts
    .filter(({ dimension }) => dimension === 'agent' || dimension === 'client')
    .slice(0, 1)
    .map((contrast) => ({ weight: 3.4, says: `${contrast.figures}, all with 400.`, sighting: contrast.sighting }));
}

/** A request header or cookie is larger than Kong’s buffers. */
export const headersTooLarge = defineCause({
  name: 'headers-too-large',
  title: 'Request headers or cookies are too large',
  looksAt: ['exchanges', 'contrasts', 'traffic'],
  signals: [statusSaysSo, oneClientBadRequest],
  yieldsTo: [],
  remedies: [raiseHeaderBuffers],
  checks: ['Paste the size of the request’s headers.'],
  page: {
    what: 'A request header or cookie is larger than Kong’s buffers.',
    why: 'Session cookies of openid-connect and big tokens grow past nginx’ 8 kB buffers; the answer is 400, 431 or 494 and no refusal of a credential.',
    confirm: ['Measure the Cookie and Authorization headers.'],
    fix: ['Raise the buffers, or keep sessions on the server.'],
  },
  example: `< HTTP/1.1 400 Bad Request
< Server: kong/3.9.1
< X-Kong-Response-Latency: 0
<
{"message":"Request header or cookie too large"}`,
});
