// What the failing calls of a paste show: path, URL, method, origin, client, and how the credential was presented.
import type { Exchange, Facts } from '../facts/facts.ts';
import { failures } from '../facts/questions.ts';
import type { Credential } from '../readers/observation.ts';
import { placeholder } from './notes/placeholders.ts';

const SECRET = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/g;

/** Text from a paste in which a replaced secret is a placeholder to fill. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET, placeholder('SECRET_IN_URL'));
}

/** Failing calls of an API, else every call that is none of an identity provider. */
export function failingExchanges(facts: Facts): readonly Exchange[] {
  const failed = failures(facts).filter((exchange) => exchange.answered.by !== 'admin-api');
  return failed.length > 0
    ? failed
    : facts.exchanges.filter((exchange) => !exchange.toIdentityProvider && exchange.answered.by !== 'admin-api');
}

/** Path of the failing call, without query. */
export function failingPath(facts: Facts): string | undefined {
  const path =
    failingExchanges(facts).find((exchange) => exchange.request?.path !== undefined)?.request?.path ??
    facts.traffic.examples.find((example) => example.logged.path !== undefined)?.logged.path ??
    pathOfRequestLine(facts);
  return path?.startsWith('/') ? withoutSecrets(path) : undefined;
}

function pathOfRequestLine(facts: Facts): string | undefined {
  const line = facts.entries.find((entry) => entry.request?.includes(' /'))?.request;
  return line?.split(' ')[1]?.split('?')[0];
}

/** Method of the failing call. */
export function failingMethod(facts: Facts): string {
  const method =
    failingExchanges(facts).find((exchange) => exchange.request !== undefined)?.request?.method ??
    facts.traffic.examples.find((example) => example.logged.method !== undefined)?.logged.method;
  return method !== undefined && /^[A-Z]{3,7}$/.test(method) ? method : 'GET';
}

/** The URL that the client calls; what the paste does not show is a placeholder. */
export function calledUrl(facts: Facts): string {
  const request = failingExchanges(facts).find((exchange) => exchange.request?.host !== undefined)?.request;
  const logged = facts.traffic.examples.find((example) => example.logged.host !== undefined)?.logged.host;
  const host = request?.host ?? logged ?? facts.entries.find((entry) => entry.host !== undefined)?.host;
  const path = failingPath(facts) ?? `/${placeholder('PATH')}`;
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return `https://${placeholder('HOST')}${path}`;
  const port = request?.port === undefined || /:\d+$/.test(host) ? '' : `:${request.port}`;
  return `${request?.scheme ?? (/:(?:80|8000)$/.test(host + port) ? 'http' : 'https')}://${host}${port}${path}`;
}

/** A header of a failing request. */
export function requestHeader(facts: Facts, name: string): string | undefined {
  return failingExchanges(facts)
    .flatMap((exchange) => exchange.request?.headers ?? [])
    .find((header) => header.name === name)?.value;
}

/** How failing calls presented a credential, cookies aside. */
export function presentedIn(facts: Facts): readonly Credential[] {
  return failingExchanges(facts)
    .flatMap((exchange) => exchange.request?.credentials ?? [])
    .filter((credential) => credential.scheme !== 'cookie');
}

/** Address of the client that Kong saw. */
export function clientAddress(facts: Facts): string | undefined {
  const denied = facts.phrases
    .filter((seen) => seen.phrase.points === 'client-address-denied')
    .flatMap((seen) => seen.sightings.flatMap((met) => Object.values(met.gaps)))
    .find(isAddress);
  const named = facts.exchanges
    .map(({ response }) => /address (?:is )?not allowed: ?([\da-fA-F.:]{3,39})/.exec(response?.message ?? '')?.[1])
    .find(isAddress);
  return (
    denied ??
    named ??
    facts.traffic.examples.map((example) => example.logged.client).find(isAddress) ??
    facts.entries.map((entry) => entry.client).find(isAddress)
  );
}

function isAddress(text: string | undefined): text is string {
  return text !== undefined && (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || /^[0-9a-f:]{3,39}$/i.test(text));
}
