// The login session gets lost: the signals, remedies and page of oidc-session-lost.
import type { Facts } from '../../facts/facts.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { setSessionSecret } from '../../remedies/set-session-secret.ts';
import { setSessionStorage } from '../../remedies/set-session-storage.ts';
import { defineCause, type Weighed } from '../cause.ts';

function cookieTooLarge({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(
      (exchange) =>
        [302, 303, 307].includes(exchange.response?.status ?? 0) &&
        (exchange.response?.headers.find((header) => header.name === 'location')?.value ?? '').includes(
          'error=login_required',
        ),
    )
    .map((exchange) => ({
      weight: 1.5,
      says: 'The provider sends the browser back without a session.',
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

/** A Secure cookie set over plain http is dropped by the client (RFC 6265 §5.3); the next call comes without a session. */
function secureCookieOverHttp({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const plain = new Set(
    exchanges.flatMap(({ request }) =>
      request?.scheme === 'http' && request.host !== undefined ? [request.host] : [],
    ),
  );
  return exchanges.flatMap((login, at) => {
    const secure = login.response?.headers.some(
      ({ name, value }) => name === 'set-cookie' && /;\s*secure\b/i.test(value),
    );
    if (secure !== true || !plain.has(login.request?.host ?? '')) return [];
    const next = exchanges
      .slice(at + 1)
      .find(
        ({ failed, request }) =>
          failed &&
          request?.host === login.request?.host &&
          !request?.credentials.some(({ scheme }) => scheme === 'cookie'),
      );
    return next === undefined
      ? []
      : [
          {
            weight: 5,
            says: 'The session cookie is marked Secure and was set over plain http, so the client drops it; the next call carries none.',
            sighting: next.requestAt ?? next.sighting,
          },
        ];
  });
}

/** A cookie for another domain or path is not sent back (RFC 6265 §5.1.3 and §5.1.4). */
function cookieElsewhere({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges.flatMap((login, at) => {
    const cookie = login.response?.headers.find(({ name }) => name === 'set-cookie')?.value;
    const host = login.request?.host?.replace(/:\d+$/, '');
    if (cookie === undefined || host === undefined) return [];
    const domain = /;\s*domain=\.?([\w.-]+)/i.exec(cookie)?.[1];
    const path = /;\s*path=([^;\s]+)/i.exec(cookie)?.[1] ?? '/';
    const next = exchanges
      .slice(at + 1)
      .find(({ failed, request }) => failed && request?.host?.replace(/:\d+$/, '') === host);
    if (next === undefined || next.request?.credentials.some(({ scheme }) => scheme === 'cookie')) return [];
    const elsewhere =
      domain !== undefined && host !== domain && !host.endsWith(`.${domain}`)
        ? `the domain ${domain}`
        : path !== '/' && next.request?.path.startsWith(path) === false
          ? `the path ${path}`
          : undefined;
    return elsewhere === undefined
      ? []
      : [
          {
            weight: 5.4,
            says: `The session cookie is set for ${elsewhere}, so the client does not send it with ${next.request?.method} ${host}${next.request?.path}.`,
            sighting: login.statusAt ?? login.sighting,
          },
        ];
  });
}

/** Nodes that generate their own session secret cannot read each other's cookies. */
function secretPerNode({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config
    .pluginsNamed('session')
    .filter((plugin) => plugin.field('secret').value === undefined && plugin.entity.notation === 'deck')
    .map((plugin) => ({
      weight: 1,
      says: 'session has no secret set, so each configuration load makes another.',
      sighting: plugin.entity.sighting,
    }));
}

/** The login does not stick: loop, state or nonce mismatch, missing session cookie. */
export const oidcSessionLost = defineCause({
  name: 'oidc-session-lost',
  title: 'The login session gets lost',
  looksAt: ['exchanges', 'config'],
  signals: [cookieTooLarge, secureCookieOverHttp, cookieElsewhere, secretPerNode],
  yieldsTo: [],
  remedies: [setSessionSecret, setSessionStorage, raiseLogLevel],
  checks: ['Paste the headers of one login (they are redacted here).'],
  page: {
    what: 'The login does not stick: loop, state or nonce mismatch, missing session cookie.',
    why: 'The cookie does not come back (domain, path, Secure or SameSite behind a proxy, too large) or cannot be read (another secret on another node, storage gone).',
    confirm: ['Follow Set-Cookie and Cookie through one login.'],
    fix: [
      'Same session secret on all nodes, a shared storage for large sessions, and a cookie that fits the public host and scheme.',
    ],
  },
  example: `2019/02/27 10:47:59 [error] 186#0: *735280 [lua] openidc.lua:1038: authenticate(): request to the redirect_uri path but there's no session state found, client: 10.0.0.7, server: kong, request: "GET /callback?code=x&state=y HTTP/1.1", host: "api.example.com"`,
});
