// The failing call again as curl, through Kong or directly to the upstream, secrets as placeholders.
import type { Entity, Facts } from '../../facts/facts.ts';
import { shellWord, urlWord } from '../flavours/shell.ts';
import { calledUrl, failingMethod, failingPath, presentedIn, requestHeader } from '../names-from-exchanges.ts';
import { authPluginOf, fieldTexts, routeEntity, serviceEntity } from '../names-from-facts.ts';
import { placeholder } from '../notes/placeholders.ts';

/** A field name of HTTP (RFC 9110 §5.1). */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** The credential as the authentication plugin of the paste looks for it, as arguments of curl. */
export function credentialArgument(facts: Facts): string {
  const plugin = authPluginOf(facts, 'openid-connect', 'jwt', 'key-auth', 'key-auth-enc', 'basic-auth', 'ldap-auth');
  if (plugin.name.startsWith('key-auth')) {
    const [name = 'apikey'] = fieldTexts(plugin, 'key_names');
    return header(FIELD_NAME.test(name) ? name : 'apikey', placeholder('API_KEY'));
  }
  if (plugin.name === 'basic-auth') return `-u ${shellWord(`${userName(facts)}:${placeholder('PASSWORD')}`)}`;
  if (plugin.name === 'ldap-auth') {
    const [type = 'ldap'] = fieldTexts(plugin, 'header_type');
    return header(
      'Authorization',
      `${/^\w+$/.test(type) ? type : 'ldap'} ${placeholder('BASE64_OF_USER_AND_PASSWORD')}`,
    );
  }
  const [name = 'Authorization'] = plugin.name === 'jwt' ? fieldTexts(plugin, 'header_names') : [];
  return header(
    FIELD_NAME.test(name) && name !== 'authorization' ? name : 'Authorization',
    `Bearer ${placeholder('ACCESS_TOKEN')}`,
  );
}

function header(name: string, value: string): string {
  return `-H ${shellWord(`${name}: ${value}`)}`;
}

function userName(facts: Facts): string {
  const name = presentedIn(facts).find((credential) => credential.username !== undefined)?.username;
  return name === undefined || /[:\p{Cc}]/u.test(name) ? placeholder('USER_NAME') : name;
}

/** The call through Kong, with the credential where the plugin looks for it. */
export function kongCall(facts: Facts, credential: string = credentialArgument(facts)): string {
  return `curl -v ${method(facts)}${urlWord(calledUrl(facts))} \\\n  ${credential}`;
}

function method(facts: Facts): string {
  const name = failingMethod(facts);
  return name === 'GET' ? '' : name === 'HEAD' ? '-I ' : `-X ${name} `;
}

/** The call as Kong sends it to the upstream: its address, path, Host and credential. */
export function upstreamCall(facts: Facts): string {
  const url = upstreamUrl(facts);
  const preserved = routeEntity(facts)?.fields.preserve_host === true ? requestHeader(facts, 'host') : undefined;
  const host = preserved === undefined || !/^[\w.:[\]-]+$/.test(preserved) ? [] : [header('Host', preserved)];
  const type = requestHeader(facts, 'content-type');
  const content = type === undefined || failingMethod(facts) === 'GET' ? [] : [header('Content-Type', type)];
  return [`curl -v ${method(facts)}${urlWord(url)}`, ...host, ...content, credentialArgument(facts)].join(' \\\n  ');
}

/** The URL that the upstream gets: of the error log, of the service and route, else of the last target. */
export function upstreamUrl(facts: Facts): string {
  const logged = facts.entries
    .map((entry) => entry.upstream)
    .find((text) => text !== undefined && /^https?:\/\//.test(text));
  if (logged !== undefined && URL.canParse(logged)) return logged;
  const origin = serviceOrigin(serviceEntity(facts)) ?? targetOrigin(facts);
  const path = failingPath(facts);
  if (path === undefined) return `${origin}/${placeholder('PATH')}`;
  return `${origin}${stripped(path, routeEntity(facts))}`;
}

function serviceOrigin(service: Entity | undefined): string | undefined {
  if (service === undefined) return undefined;
  const { url, host, port, path } = service.fields;
  if (typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/$/, '');
  if (typeof host !== 'string' || !/^[\w.-]+$/.test(host)) return undefined;
  const secure = service.fields.protocol === 'https' || service.fields.protocol === 'tls';
  const base = typeof path === 'string' ? path.replace(/\/$/, '') : '';
  return `${secure ? 'https' : 'http'}://${host}${typeof port === 'number' ? `:${port}` : ''}${base}`;
}

function targetOrigin(facts: Facts): string {
  const target = facts.traffic.examples.find((example) => /^[\w.[\]:-]+$/.test(example.logged.target ?? ''))?.logged
    .target;
  return `http://${target ?? `${placeholder('UPSTREAM_HOST')}:${placeholder('PORT')}`}`;
}

/** The path without the part that the route takes away (strip_path, true by default). */
function stripped(path: string, route: Entity | undefined): string {
  const paths = route?.fields.paths;
  if (route === undefined || route.fields.strip_path === false || !Array.isArray(paths)) return path;
  const [prefix] = paths
    .filter((text) => typeof text === 'string' && !text.startsWith('~') && path.startsWith(text))
    .sort((one, other) => other.length - one.length);
  if (typeof prefix !== 'string') return path;
  const rest = path.slice(prefix.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
