// Questions that several causes ask of the facts: which exchanges failed, by whom, what was presented.

import type { Answerer } from '../names.ts';
import type { Credential } from '../readers/observation.ts';
import type { Exchange, Facts, PluginMet } from './facts.ts';
import { AUTH_PLUGINS } from './plugin-defaults.ts';

/** Whether the upstream gave most of the counted failures, of which there are some. */
export function isRefusedByUpstream({ failed, failedBy }: Facts['traffic']): boolean {
  const upstream = failedBy.upstream ?? 0;
  return upstream >= 3 && upstream >= failed * 0.8;
}

/** Failing exchanges of an API (no calls of an identity provider), of these statuses when given. */
export function failures(facts: Pick<Facts, 'exchanges'>, ...statuses: readonly number[]): readonly Exchange[] {
  return facts.exchanges.filter(
    (exchange) =>
      exchange.failed &&
      !exchange.toIdentityProvider &&
      (statuses.length === 0 || statuses.includes(statusOf(exchange, statuses))),
  );
}

/** A body pasted alone has no status: it may have been any of those that are asked for. */
function statusOf(exchange: Exchange, asked: readonly number[]): number {
  const status = exchange.response?.status ?? 0;
  if (status !== 0 || exchange.form !== 'body-only') return status;
  return asked.find((one) => one === 400 || one === 401 || one === 403) ?? 0;
}

/** Failing exchanges that this party answered. */
export function failuresBy(
  facts: Pick<Facts, 'exchanges'>,
  by: Answerer,
  ...statuses: readonly number[]
): readonly Exchange[] {
  return failures(facts, ...statuses).filter((exchange) => exchange.answered.by === by);
}

/** Credentials that a request carries, other than cookies. */
export function presented(exchange: Exchange): readonly Credential[] {
  return (exchange.request?.credentials ?? []).filter(
    (credential) => credential.scheme !== 'cookie' && !credential.oddities.includes('not-sent'),
  );
}

/** Failing exchanges that Kong let through as the anonymous consumer (X-Anonymous-Consumer, all versions). */
export function passedAsAnonymous(facts: Pick<Facts, 'exchanges'>): readonly Exchange[] {
  return failures(facts).filter((exchange) =>
    exchange.request?.headers.some(({ name, value }) => name === 'x-anonymous-consumer' && value === 'true'),
  );
}

const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/;

/** JSON log entries that Kong refused with 403 before a consumer was known, where X-Forwarded-For names another client. */
export function behindUntrustedProxy(facts: Pick<Facts, 'exchanges'>): readonly Exchange[] {
  return failuresBy(facts, 'kong', 403).filter(({ form, logged, request }) => {
    const forwarded = request?.headers
      .find(({ name }) => name === 'x-forwarded-for')
      ?.value.split(',')[0]
      ?.trim();
    return (
      form === 'serializer' &&
      logged?.consumer === undefined &&
      logged?.credential === undefined &&
      forwarded !== undefined &&
      forwarded !== logged?.client &&
      PRIVATE.test(logged?.client ?? '')
    );
  });
}

/** Authentication plugins that are configured and enabled. */
export function authPlugins(facts: Pick<Facts, 'config'>): readonly PluginMet[] {
  return facts.config.plugins.filter((plugin) => plugin.enabled && AUTH_PLUGINS.includes(plugin.name));
}

/** A value as a list of texts: a list stays, a text becomes one, blanks separate where `split` says so. */
export function textsOf(value: unknown, split = false): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, split));
  if (typeof value === 'string') return split ? value.split(/[\s,]+/).filter((item) => item !== '') : [value];
  if (typeof value === 'number') return [String(value)];
  return [];
}

/** A claim by name. */
export function claimOf(claims: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
  return claims?.[name];
}

/** How two issuers differ when they mean the same provider: slash, scheme, host or path; undefined when they are equal or unrelated. */
export function issuerDifference(one: string, other: string): string | undefined {
  if (one === other) return undefined;
  const strip = (text: string): string =>
    text
      .replace(/\/+$/, '')
      .replace(/\/\.well-known\/openid-configuration$/, '')
      .replace(/\/+$/, '');
  if (strip(one) === strip(other))
    return one.endsWith('/') !== other.endsWith('/') ? 'the slash at the end' : 'the form of the URL';
  const bare = (text: string): string => strip(text).replace(/^https?:\/\//, '');
  if (bare(one) === bare(other)) return 'http against https';
  const path = (text: string): string => bare(text).replace(/^[^/]*/, '');
  const host = (text: string): string => bare(text).replace(/\/.*$/, '').replace(/:\d+$/, '');
  if (path(one) !== '' && path(one) === path(other)) return 'the host name';
  if (host(one) === host(other))
    return bare(one).toLowerCase() === bare(other).toLowerCase()
      ? 'upper and lower case'
      : 'the path (realm, tenant, server or version)';
  return undefined;
}

/** Headers (lower case) that one request-transformer both removes and adds. */
export function removedAndAddedHeaders(plugin: PluginMet): readonly string[] {
  const removed = textsOf(plugin.field('remove.headers').value).map((name) => name.trim().toLowerCase());
  const added = textsOf(plugin.field('add.headers').value).map((entry) =>
    (entry.split(':')[0] ?? '').trim().toLowerCase(),
  );
  return removed.filter((name) => added.includes(name));
}
