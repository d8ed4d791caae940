// The CORS preflight is asked for credentials: the signals, remedies and page of preflight-blocked.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { skipPreflight } from '../../remedies/skip-preflight.ts';
import { defineCause, type Weighed } from '../cause.ts';

function optionsRefused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401, 403)
    .filter((exchange) => exchange.request?.method === 'OPTIONS')
    .map((exchange) => ({
      weight: 4.6,
      says: 'The refused request is an OPTIONS preflight, which never carries credentials (Fetch standard).',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

function optionsInLog({ traffic }: Pick<Facts, 'traffic'>): readonly Weighed[] {
  const options = traffic.byDimension.method.find((tally) => tally.value === 'OPTIONS');
  const example = traffic.examples.find(({ logged }) => logged.method === 'OPTIONS');
  if (options === undefined || options.failed === 0 || example === undefined || options.failed < options.total * 0.5)
    return [];
  return [
    {
      weight: options.failed >= traffic.failed * 0.3 ? 4.4 : 2,
      says: `${options.failed} of ${options.total} OPTIONS requests were refused.`,
      sighting: example.sighting,
    },
  ];
}

/** The browser’s preflight OPTIONS is asked for credentials. */
export const preflightBlocked = defineCause({
  name: 'preflight-blocked',
  title: 'The CORS preflight is asked for credentials',
  looksAt: ['exchanges', 'traffic', 'contrasts'],
  signals: [optionsRefused, optionsInLog],
  yieldsTo: [],
  remedies: [skipPreflight],
  checks: ['Paste the OPTIONS exchange from the browser’s network tab.'],
  page: {
    what: 'The browser’s preflight OPTIONS is asked for credentials.',
    why: 'Browsers send preflights without credentials; without the cors plugin before it an authentication plugin refuses them.',
    confirm: ['Send the OPTIONS request with Origin and Access-Control-Request-Method and look at the answer.'],
    fix: [
      'Put the cors plugin on the route (priority 2000 runs first); run_on_preflight false where the plugin has it.',
    ],
  },
  example: `> OPTIONS /orders HTTP/1.1
> Host: api.example.com
> Origin: https://app.example.com
> Access-Control-Request-Method: GET
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"No API key found in request"}`,
});
