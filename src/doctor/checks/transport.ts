// transport: credentials over plain HTTP, and routes that answer plain HTTP with something else than a login.

import { protocolsOf } from '../callback-route.ts';
import type { Check, Subject } from '../check.ts';
import { listed, listensWithTls, mapOf, nameOf, type Spot, settingOf, textsIn } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'transport';

export const transport: Check = {
  name: NAME,
  title: 'Credentials over TLS only',
  run({ gateway }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const spots = map.spots().filter(({ authenticating }) => authenticating.length > 0);
    if (spots.length === 0) return results.all(undefined);
    const tls = listensWithTls(gateway);
    const trusts = textsIn(settingOf(gateway, 'trusted_ips')).length > 0;
    const plain = spots.filter(({ route }) => protocolsOf(route).includes('http'));
    const [subject, where] = about(plain);
    if (plain.length > 0 && tls === true)
      results.failed(
        subject,
        `${where} credentials are taken over plain HTTP too.`,
        'Set the protocols of the route to https alone; with https_redirect_status_code 426 the client learns why.',
      );
    if (plain.length > 0 && tls === undefined)
      results.couldNotLook(
        subject,
        `${where} plain HTTP is taken, and the node does not tell whether TLS ends in front of it.`,
      );
    // The plugin itself insists on TLS, and can only believe a proxy that it trusts.
    const insisting = spots.filter(({ authenticating }) =>
      authenticating.some(
        (plugin) => plugin.name === 'oauth2' && map.field(plugin, 'accept_http_if_already_terminated').value !== true,
      ),
    );
    if (tls === false && insisting.length > 0)
      results.failed(
        about(insisting)[0],
        `${about(insisting)[1]} oauth2 wants HTTPS, and Kong listens without TLS: it answers \`You must use HTTPS\`.`,
        'Set config.accept_http_if_already_terminated to true and trusted_ips to the addresses of the proxy in front.',
        'forwarded-headers-untrusted',
      );
    const onlyTls = spots.filter(
      ({ route }) => !protocolsOf(route).includes('http') && protocolsOf(route).includes('https'),
    );
    if (tls === false && !trusts && onlyTls.length > 0)
      results.failed(
        about(onlyTls)[0],
        `${about(onlyTls)[1]} only https is taken, and Kong listens without TLS and trusts no proxy (trusted_ips): every request is answered 426 or redirected.`,
        'Set trusted_ips to the addresses of the proxy in front, so that its X-Forwarded-Proto counts.',
        'forwarded-headers-untrusted',
      );
    const redirecting = onlyTls.filter(({ route }) => [301, 302].includes(Number(route.https_redirect_status_code)));
    if (redirecting.length > 0)
      results.failed(
        about(redirecting)[0],
        `${about(redirecting)[1]} plain HTTP is redirected with 301 or 302: clients send the credential in clear first, repeat a POST as GET, and may drop Authorization.`,
        'Set https_redirect_status_code to 426, or to 308 for browsers.',
        'credential-missing',
      );
    return results.all(
      `${spots.length} routes with authentication ${tls === false ? 'leave TLS to what stands in front of Kong' : 'take credentials over TLS only'}.`,
    );
  },
};

function about(spots: readonly Spot[]): readonly [Subject, string] {
  const names = spots.map(({ route }) => nameOf(route));
  if (names.length === 1)
    return [{ type: 'route', name: names[0] ?? '', id: String(spots[0]?.route.id) }, `On the route ${names[0]}`];
  return [
    names.length === 0 ? GATEWAY : { type: 'route', name: listed(names) },
    `On ${names.length} routes (${listed(names)})`,
  ];
}
