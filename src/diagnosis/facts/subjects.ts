// What of a gateway the material speaks of: routes, services, consumers, credentials, plugins and failing requests.
import type { LoggedRequest } from '../readers/observation.ts';
import type { Redactor } from '../redact/redact.ts';
import type { Facts } from './facts.ts';
import { priorityOf } from './plugin-defaults.ts';
import { failures, presented } from './questions.ts';
import { OTHERS } from './traffic.ts';

/** A plugin that the material shows or that spoke in it. */
export interface PluginSubject {
  readonly name: string;
  readonly id?: string;
  /** Names or ids of what it is attached to, where that is told. */
  readonly scope: { readonly service?: string; readonly route?: string; readonly consumer?: string };
}

/** A credential by what the caller sends in clear; it names its consumer. */
export interface CredentialSubject {
  readonly type: 'jwt' | 'basic-auth' | 'hmac-auth';
  readonly identifier: string;
}

/** A failing request, as far as it is told. */
export interface RequestSubject {
  readonly method?: string;
  readonly host?: string;
  /** Without query. */
  readonly path: string;
}

/** What a token says of its key: neither is a secret, and the token itself is not here. */
export interface TokenSubject {
  readonly kid?: string;
  readonly issuer?: string;
}

/**
 * What of a gateway the material speaks of: names or ids to ask it about, those of failures first. Bounded, and none
 * holds a secret: a name that equals one is left out.
 */
export interface Subjects {
  readonly routes: readonly string[];
  readonly services: readonly string[];
  readonly consumers: readonly string[];
  readonly credentials: readonly CredentialSubject[];
  readonly plugins: readonly PluginSubject[];
  readonly requests: readonly RequestSubject[];
  /** Of signed tokens, the failing ones among others. */
  readonly tokens: readonly TokenSubject[];
}

/** Whether a gateway can be asked nothing about it: a token alone names no entity. */
export function namesNothing({ tokens: _tokens, ...named }: Subjects): boolean {
  return Object.values(named).every((names) => names.length === 0);
}

/** Of each kind; a gateway is asked a few calls for each. */
const TOLD = 20;
/** Characters of a name; Kong's own are shorter. */
const LONGEST = 300;
const MARK = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/;

type Dimension = 'route' | 'service' | 'consumer';

/** Names and ids to ask a gateway about; every text of them went through the redactor. */
export function subjectsOf(facts: Facts, redactor: Pick<Redactor, 'text'>): Subjects {
  /** Undefined for what cannot be asked for: a secret, or what no entity is called. */
  const clear = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '' || text.length > LONGEST || text === OTHERS) return undefined;
    const redacted = redactor.text(text);
    return MARK.test(redacted) ? undefined : redacted;
  };
  const names = (dimension: Dimension): readonly string[] =>
    [...new Set(named(facts, dimension).flatMap((name) => clear(name) ?? []))].slice(0, TOLD);
  const routes = names('route');
  const services = names('service');
  const consumers = names('consumer');
  return {
    routes,
    services,
    consumers,
    credentials: distinct(
      credentialsIn(facts).flatMap(({ type, identifier }) => {
        const shown = clear(identifier);
        return shown === undefined ? [] : [{ type, identifier: shown }];
      }),
    ),
    plugins: distinct(
      pluginsIn(facts).flatMap(({ name, id, scope }): readonly PluginSubject[] => {
        const shown = clear(name);
        const [shownId, route, service, consumer] = [id, scope.route, scope.service, scope.consumer].map(clear);
        if (shown === undefined) return [];
        return [
          {
            name: shown,
            ...(shownId === undefined ? {} : { id: shownId }),
            scope: {
              ...(route === undefined ? {} : { route }),
              ...(service === undefined ? {} : { service }),
              ...(consumer === undefined ? {} : { consumer }),
            },
          },
        ];
      }),
    ),
    tokens: distinct(
      facts.tokens.flatMap(({ token }): readonly TokenSubject[] => {
        const [kid, issuer] = [token.header?.kid, token.claims?.iss].map((text) =>
          typeof text === 'string' ? clear(text) : undefined,
        );
        if (kid === undefined && issuer === undefined) return [];
        return [{ ...(kid === undefined ? {} : { kid }), ...(issuer === undefined ? {} : { issuer }) }];
      }),
    ),
    requests: byFrequency(
      requestsIn(facts).flatMap(({ method, host, path }) => {
        const [shownHost, shownPath] = [clear(host), clear(path)];
        if (shownPath?.startsWith('/') !== true) return [];
        return [
          {
            ...(method === undefined || !/^[A-Z]{3,10}$/.test(method) ? {} : { method }),
            ...(shownHost === undefined ? {} : { host: shownHost }),
            path: shownPath,
          },
        ];
      }),
    ),
  };
}

/** As logs name them, those that fail most first; then as configuration does. */
function named(facts: Facts, dimension: Dimension): readonly string[] {
  const counted = facts.traffic.byDimension[dimension].filter(({ failed }) => failed > 0 || facts.traffic.failed === 0);
  const logged = facts.exchanges.filter(({ failed }) => failed).flatMap(({ logged: line }) => line?.[dimension] ?? []);
  const configured = facts.config
    .ofType(dimension)
    .filter(({ notation }) => notation !== 'kubernetes')
    .flatMap((entity) => entity.name ?? entity.id ?? []);
  const attachedTo = facts.config.entities
    .filter(({ notation }) => notation !== 'kubernetes')
    .flatMap(({ scope }) => scope[dimension] ?? []);
  return [...counted.map(({ value }) => value), ...logged, ...configured, ...attachedTo];
}

function credentialsIn(facts: Facts): readonly CredentialSubject[] {
  const failing = failures(facts);
  const byName = failing.flatMap((exchange) =>
    presented(exchange).flatMap(({ scheme, username }): readonly CredentialSubject[] => {
      if (username === undefined || (scheme !== 'basic' && scheme !== 'hmac')) return [];
      return [{ type: `${scheme}-auth`, identifier: username }];
    }),
  );
  const [plugin] = facts.config.pluginsNamed('jwt');
  const claim = plugin?.field('key_claim_name').value;
  const issuers = facts.tokens.flatMap(({ token }): readonly CredentialSubject[] => {
    const name = typeof claim === 'string' ? claim : 'iss';
    const issuer = token.claims?.[name] ?? token.header?.[name];
    return typeof issuer === 'string' ? [{ type: 'jwt', identifier: issuer }] : [];
  });
  return [...byName, ...issuers];
}

/** Those that answered or wrote, then those that are configured. */
function pluginsIn(facts: Facts): readonly PluginSubject[] {
  const spoke = [
    ...facts.exchanges.flatMap(({ failed, answered }) => (failed ? (answered.plugin ?? []) : [])),
    ...facts.entries.flatMap(({ component }) => component ?? []),
  ].filter((name) => priorityOf(name, undefined) > 0);
  return [
    ...spoke.map((name) => ({ name, scope: {} })),
    ...facts.config.plugins
      .filter(({ entity }) => entity.notation !== 'kubernetes')
      .map(({ name, entity: { id, scope } }) => ({ name, scope, ...(id === undefined ? {} : { id }) })),
  ];
}

function requestsIn(facts: Facts): readonly Partial<RequestSubject>[] {
  const exchanged = failures(facts).flatMap(({ answered, request }) =>
    request === undefined || answered.by === 'admin-api' || answered.by === 'identity-provider' ? [] : [request],
  );
  const logged = facts.traffic.examples.map(({ logged: line }): LoggedRequest => line);
  const written = facts.entries.flatMap(({ request, host, server }) => {
    const [, method, path] = /^([A-Z]{3,10}) (\/[^\s?]*)/.exec(request ?? '') ?? [];
    if (method === undefined || path === undefined || server?.startsWith('kong_') === true) return [];
    return [{ method, path, ...(host === undefined ? {} : { host }) }];
  });
  return [...exchanged, ...logged, ...written].map(({ method, host, path }) => ({
    ...(method === undefined ? {} : { method }),
    ...(host === undefined ? {} : { host }),
    ...(path === undefined ? {} : { path }),
  }));
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()].slice(0, TOLD);
}

function byFrequency<T>(items: readonly T[]): readonly T[] {
  const counts = new Map<string, { readonly item: T; count: number }>();
  for (const item of items) {
    const key = JSON.stringify(item);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { item, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .sort((one, other) => other.count - one.count)
    .slice(0, TOLD)
    .map(({ item }) => item);
}
