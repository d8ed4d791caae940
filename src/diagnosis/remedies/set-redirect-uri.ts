// Send the registered redirect URI.
import type { Facts } from '../facts/facts.ts';
import { failingPath, requestHeader } from './names-from-exchanges.ts';
import { failingConsumer, pluginOf, speaksOnlyOf, updateOf } from './names-from-facts.ts';
import { sentToProvider } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** The URI as the browser's side spells it: https, without the port of a hop behind the balancer. */
function publicUri(facts: Facts, sent: string | undefined): string {
  if (sent !== undefined && URL.canParse(sent)) {
    const url = new URL(sent);
    if (['http:', 'https:'].includes(url.protocol)) {
      url.protocol = 'https:';
      if (['80', '8000', '8443', '443'].includes(url.port)) url.port = '';
      return url.href;
    }
  }
  const host = requestHeader(facts, 'x-forwarded-host') ?? placeholder('PUBLIC_HOST');
  return `https://${/^[\w.:<>-]+$/.test(host) ? host : placeholder('PUBLIC_HOST')}${failingPath(facts) ?? `/${placeholder('PATH')}`}`;
}

/** Send the registered redirect URI. */
export function setRedirectUri(facts: Facts): RemedyDraft {
  const sent = sentToProvider(facts, 'redirect_uri');
  if (speaksOnlyOf(facts, ['oauth2'], ['openid-connect']))
    return completed(facts, {
      title: 'Register the redirect URI with the application',
      risk: 'medium',
      note: 'Kong itself is the authorization server here: the application (an oauth2 credential) lists its URIs; scheme, host, port, path and a slash at the end count. The list is replaced as a whole.',
      changes: [
        {
          on: 'credential',
          type: 'oauth2',
          how: 'update',
          consumer: failingConsumer(facts),
          fields: { redirect_uris: [sent ?? publicUri(facts, undefined)] },
        },
      ],
    });
  return completed(facts, {
    title: 'Send the registered redirect URI',
    risk: 'medium',
    note: `${sent === undefined ? '' : `Sent was ${sent}. `}Register exactly this URI at the provider; scheme, host, port, path and a slash at the end count. Unset, Kong takes the URL of the request as it sees it, so behind a balancer also trust its forwarded headers. The path needs a route with this plugin.`,
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { redirect_uri: [publicUri(facts, sent)] })],
  });
}
