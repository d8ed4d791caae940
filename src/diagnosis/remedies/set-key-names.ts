// Look for the credential where the client sends it.
import type { Facts } from '../facts/facts.ts';
import type { PluginChange } from './change.ts';
import { failingExchanges, presentedIn } from './names-from-exchanges.ts';
import { authPluginOf, fieldTexts, type PluginNamed, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** The header, query argument or cookie in which the client sends something that the plugin does not look at. */
function sentIn(facts: Facts, known: readonly string[]): string | undefined {
  const places = [
    ...presentedIn(facts).map((credential) => credential.carriedIn),
    ...failingExchanges(facts)
      .flatMap((exchange) => exchange.request?.headers ?? [])
      .map((header) => header.name)
      .filter((name) => /(?:^|-)(?:key|token)$/.test(name)),
  ];
  return places.find((place) => place !== 'userinfo' && !known.includes(place.replace(/^(?:query|form|cookie):/, '')));
}

function sendsCookie(facts: Facts): boolean {
  return failingExchanges(facts).some((exchange) =>
    exchange.request?.credentials.some((credential) => credential.scheme === 'cookie'),
  );
}

function config(facts: Facts, plugin: PluginNamed): PluginChange['config'] | undefined {
  const field = plugin.name === 'jwt' ? 'header_names' : 'key_names';
  const present = fieldTexts(plugin, field);
  const usual = plugin.name === 'jwt' ? 'authorization' : 'apikey';
  const known = present.length > 0 ? present : [usual];
  const place = sentIn(facts, known);
  if (plugin.name === 'openid-connect') {
    const methods = fieldTexts(plugin, 'bearer_token_param_type');
    const wanted = methods.length > 0 ? [...new Set([...methods, 'header'])] : ['header', 'query', 'body'];
    return methods.includes('header') ? undefined : { bearer_token_param_type: wanted };
  }
  const name = place?.replace(/^(?:query|form|cookie):/, '') ?? placeholder('HEADER_OR_QUERY_NAME');
  if (plugin.name === 'jwt' && place === undefined && sendsCookie(facts))
    return { cookie_names: [...new Set([...fieldTexts(plugin, 'cookie_names'), name])] };
  if (plugin.name === 'jwt' && place?.startsWith('query:') === true)
    return { uri_param_names: [...new Set([...fieldTexts(plugin, 'uri_param_names'), name])] };
  return {
    [field]: [...new Set([...known, name])],
    ...(plugin.name !== 'jwt' && place?.startsWith('form:') === true ? { key_in_body: true } : {}),
  };
}

/** Look where the client sends it; undefined for plugins whose place is fixed. */
export function setKeyNames(facts: Facts): RemedyDraft | undefined {
  const plugin = authPluginOf(
    facts,
    'key-auth',
    'key-auth-enc',
    'jwt',
    'openid-connect',
    'basic-auth',
    'hmac-auth',
    'ldap-auth',
    'oauth2',
  );
  if (!['key-auth', 'key-auth-enc', 'jwt', 'openid-connect'].includes(plugin.name)) return undefined;
  const changes = config(facts, plugin);
  if (changes === undefined) return undefined;
  return completed(facts, {
    title: 'Look for the key where the client sends it',
    risk: 'medium',
    note: 'The list is replaced as a whole, so the names that work today stay in it. A client that sends the right name is the smaller change.',
    changes: [updateOf(facts, plugin, changes)],
  });
}
