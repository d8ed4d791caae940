// Not an authentication problem: the signals, remedies and page of not-auth.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { lookElsewhere } from '../../remedies/look-elsewhere.ts';
import { defineCause, type Weighed } from '../cause.ts';

const SAYS: Readonly<Record<number, string>> = {
  404: 'A 404 says that no route or resource was found; no credential was refused.',
  413: 'The body is too large.',
  426: 'The route takes https only; plain HTTP is answered with 426.',
  429: 'A rate limit was reached.',
  408: 'The request did not arrive in time.',
  499: 'The client went away before there was an answer.',
  500: 'A 500 is a crash or a missing dependency and no refusal.',
  502: 'Kong got no usable answer from the upstream.',
  503: 'No upstream was available.',
  504: 'The upstream did not answer in time.',
};

function otherStatus({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const auth = failures({ exchanges }, 400, 401, 403).length;
  return failures({ exchanges })
    .filter((exchange) => (exchange.response?.status ?? 0) in SAYS)
    .map((exchange) => ({
      weight: auth > 0 ? 1 : exchange.response?.status === 500 ? 1.4 : 3.6,
      says: SAYS[exchange.response?.status ?? 0] ?? '',
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

function refused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.response?.status === 401)
    .slice(0, 1)
    .map((exchange) => ({
      weight: -1.8,
      says: 'A 401 is a refusal of a credential.',
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

function otherTraffic({ traffic }: Pick<Facts, 'traffic'>): readonly Weighed[] {
  const others = Object.entries(traffic.byStatus).filter(([status]) => Number(status) in SAYS);
  const count = others.reduce((sum, [, number]) => sum + number, 0);
  const sighting = (traffic.others[0] ?? traffic.successes[0] ?? traffic.examples[0])?.sighting;
  if (sighting === undefined || count < 3 || traffic.failed > count * 0.25) return [];
  return [
    {
      weight: 3.4,
      says: `${count} requests failed with ${others.map(([status, number]) => `${status} (${number})`).join(', ')}, ${traffic.failed} with 400, 401 or 403.`,
      sighting,
    },
  ];
}

/** request-termination answers on purpose, whatever the caller brings. */
function terminated({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  return config
    .pluginsNamed('request-termination')
    .filter((plugin) => plugin.enabled && plugin.entity.scope.consumer === undefined)
    .flatMap((plugin) => {
      const answered = failures({ exchanges }).find(
        ({ response }) =>
          response?.status === plugin.field('status_code').value &&
          (response?.message === plugin.field('message').value || response?.body === plugin.field('body').value),
      );
      return answered === undefined
        ? []
        : [
            {
              weight: 6.4,
              says: 'The answer is the text of request-termination, which is switched on here on purpose.',
              sighting: plugin.entity.sighting,
            },
          ];
    });
}

function unhealthy({ targets }: Pick<Facts, 'targets'>): readonly Weighed[] {
  return targets
    .filter((target) => target.health === 'unhealthy' || target.health === 'dns_error')
    .slice(0, 3)
    .map((target) => ({
      weight: 1.6,
      says: `The target ${target.target} is ${target.health}.`,
      sighting: target.sighting,
    }));
}

/** What fails here is not authentication. */
export const notAuth = defineCause({
  name: 'not-auth',
  title: 'Not an authentication problem',
  looksAt: ['config', 'exchanges', 'traffic', 'phrases', 'targets'],
  signals: [otherStatus, refused, otherTraffic, terminated, unhealthy],
  yieldsTo: [
    'dependency-unavailable',
    'headers-too-large',
    'client-cert-missing',
    'upstream-tls-mismatch',
    'admin-api-unauthorized',
    'idp-throttled',
    'config-invalid',
    'oidc-discovery-failed',
    'idp-tls-untrusted',
    'upstream-host-mismatch',
  ],
  remedies: [lookElsewhere],
  checks: ['Paste a failing exchange with its headers.'],
  page: {
    what: 'What fails here is not authentication.',
    why: 'Rate limits, missing routes, unreachable or slow upstreams, sizes and protocols look alike in an incident and need another remedy.',
    confirm: ['Look at the status and at who answered.'],
    fix: ['Follow the status: 404 the route, 429 the limit, 502 to 504 the upstream.'],
  },
  example: `HTTP/1.1 503 Service Temporarily Unavailable
Server: kong/3.9.1
X-Kong-Response-Latency: 2004

{"message":"name resolution failed"}`,
});
