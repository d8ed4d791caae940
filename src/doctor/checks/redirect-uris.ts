// redirect-uris: whether the browser comes back to a route that runs the plugin which sent it away.
import type { LivePlugin } from '../../kong/read.ts';
import { callbackAt } from '../callback-route.ts';
import type { Check, Examination } from '../check.ts';
import { isReference, listed, listensWithTls, mapOf, nameOf, settingOf, textsIn } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'redirect-uris';
/** Where the plugin sends a browser to after it decided; on a route of its own these lead back into it. */
const AFTERWARDS = ['login_redirect_uri', 'unauthorized_redirect_uri', 'forbidden_redirect_uri'] as const;

export const redirectUris: Check = {
  name: NAME,
  title: 'Redirect URIs against routes',
  run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    const plugins = map
      .pluginsNamed('openid-connect')
      .filter((plugin) => textsIn(map.field(plugin, 'auth_methods').value).includes('authorization_code'));
    const unset: LivePlugin[] = [];
    for (const plugin of plugins) {
      const uris = textsIn(map.field(plugin, 'redirect_uri').value);
      if (uris.length === 0) unset.push(plugin);
      for (const uri of uris) lookAtCallback(plugin, uri, examination, results);
      for (const field of AFTERWARDS)
        for (const uri of textsIn(map.field(plugin, field).value))
          lookAfterwards(plugin, field, uri, examination, results);
    }
    if (unset.length > 0) lookAtUnset(unset, examination, results);
    const uris =
      plugins.length === 1
        ? 'The one openid-connect plugin with logins'
        : `All ${plugins.length} openid-connect plugins with logins`;
    return results.all(plugins.length === 0 ? undefined : `${uris} can be come back to.`);
  },
};

function urlOf(uri: string): URL | undefined {
  return URL.canParse(uri) ? new URL(uri) : undefined;
}

/** Without its query, which may hold anything. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function lookAtCallback(
  plugin: LivePlugin,
  uri: string,
  { gateway: narrow, whole }: Examination,
  results: Results,
): void {
  // A browser may come back to a route that the examination was not asked about.
  const gateway = whole ?? narrow;
  const map = mapOf(gateway);
  const subject = map.subjectOf(plugin);
  const url = urlOf(uri);
  if (isReference(uri)) {
    results.couldNotLook(subject, 'Its redirect_uri comes from a vault, which the Admin API does not resolve.');
    return;
  }
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    results.failed(
      subject,
      'A redirect_uri is no absolute http or https URL, so no identity provider can send a browser there.',
      'Set config.redirect_uri to the whole URL, as it is registered at the identity provider.',
      'oidc-redirect-uri-mismatch',
    );
    return;
  }
  const callback = callbackAt(url, gateway);
  switch (callback.met) {
    case 'none': {
      results.failed(
        subject,
        `No route takes the redirect URI ${shown(url)}, so the browser comes back to a 404 of Kong.`,
        `Give the plugin's route the host ${url.hostname} and a path that ${url.pathname} begins with, or correct config.redirect_uri and what is registered at the identity provider.`,
        'oidc-redirect-uri-mismatch',
      );
      return;
    }
    case 'other-protocol': {
      results.failed(
        subject,
        `The redirect URI ${shown(url)} leads to the route ${nameOf(callback.route)}, which does not take ${url.protocol.slice(0, -1)}.`,
        `Write the scheme that the browser uses into config.redirect_uri, or add ${url.protocol.slice(0, -1)} to the protocols of the route ${nameOf(callback.route)}.`,
        'oidc-redirect-uri-mismatch',
      );
      return;
    }
    case 'unsure': {
      results.couldNotLook(
        subject,
        `Whether a route takes the redirect URI ${shown(url)} depends on an expression or on headers, as those of ${nameOf(callback.route)}.`,
      );
      return;
    }
    case 'route':
      break;
  }
  const spot = map.spots().find(({ route }) => route === callback.route);
  const there = spot?.running.find(({ name }) => name === 'openid-connect');
  if (there === plugin) return;
  const where = `The redirect URI ${shown(url)} leads to the route ${nameOf(callback.route)}`;
  if (there === undefined)
    results.failed(
      subject,
      `${where}, on which no openid-connect plugin runs: the login code reaches the upstream and the login never ends.`,
      `Put the redirect URI on a path of the plugin's own routes, or attach the same plugin to the route ${nameOf(callback.route)}.`,
      'plugin-not-applied',
    );
  else if (!canContinue(plugin, there, gateway))
    results.failed(
      subject,
      `${where}, where another openid-connect plugin runs (${map.whereOf(there)}) that cannot read the cookie of this one.`,
      'Give both plugins the same issuer, client_id, session_secret and session_cookie_name, or let the redirect URI lead to a route of this one.',
      'oidc-session-lost',
    );
}

/** Whether one instance can end the login that another one began. */
function canContinue(one: LivePlugin, other: LivePlugin, gateway: Examination['gateway']): boolean {
  const map = mapOf(gateway);
  const same = ['issuer', 'client_id', 'session_secret', 'session_cookie_name', 'authorization_cookie_name'];
  return same.every(
    (field) => JSON.stringify(map.field(one, field).value) === JSON.stringify(map.field(other, field).value),
  );
}

function lookAfterwards(
  plugin: LivePlugin,
  field: (typeof AFTERWARDS)[number],
  uri: string,
  { gateway }: Examination,
  results: Results,
): void {
  const map = mapOf(gateway);
  const url = urlOf(uri);
  if (url === undefined || (field === 'login_redirect_uri' && map.field(plugin, 'login_action').value !== 'redirect'))
    return;
  const callback = callbackAt(url, gateway);
  if (callback.met !== 'route') return;
  const isOwn = map.spotsOf(plugin).some(({ route }) => route === callback.route);
  if (field === 'login_redirect_uri' || !isOwn) return;
  results.failed(
    map.subjectOf(plugin),
    `Its ${field} ${shown(url)} lies on the route ${nameOf(callback.route)}, which this plugin protects: a refused browser is sent round in a circle.`,
    `Let config.${field} lead to a page that needs no login.`,
    'oidc-session-lost',
  );
}

/** Without one the URL of the request is sent, whose scheme and host are as true as what Kong is told of them. */
function lookAtUnset(plugins: readonly LivePlugin[], { gateway }: Examination, results: Results): void {
  const [first] = plugins;
  const map = mapOf(gateway);
  const trusted = settingOf(gateway, 'trusted_ips');
  const trustsNobody = trusted !== undefined && textsIn(trusted).length === 0;
  if (listensWithTls(gateway) !== false || !trustsNobody || first === undefined) return;
  results.failed(
    plugins.length === 1 ? map.subjectOf(first) : GATEWAY,
    `${listed(plugins.map((plugin) => map.subjectOf(plugin).name))} without redirect_uri: Kong listens without TLS and trusts no proxy (trusted_ips), so it sends a redirect URI with http.`,
    'Set config.redirect_uri to the https URL that is registered, or trusted_ips to the addresses of the proxy in front.',
    'forwarded-headers-untrusted',
  );
}
