// Names that a remedy is filled with: the route, service, consumer and plugin that the paste shows, else a placeholder.
import type { Entity, Facts, PluginMet } from '../facts/facts.ts';
import { authPlugins, presented, textsOf } from '../facts/questions.ts';
import { PLUGIN_NAMES } from '../readers/configs/plugin-names.ts';
import type { Credential, LoggedRequest } from '../readers/observation.ts';
import type { PluginChange } from './change.ts';
import { failingExchanges, failingPath, presentedIn } from './names-from-exchanges.ts';
import { placeholder } from './notes/placeholders.ts';

/** A plugin by name, with its configuration when the paste shows it. */
export interface PluginNamed {
  readonly name: string;
  readonly met?: PluginMet;
}

/** The route that fails. */
export function failingRoute(facts: Facts): string {
  return logged(facts, 'route') ?? routeEntity(facts)?.name ?? onlyName(facts, 'route') ?? placeholder('ROUTE_NAME');
}

/** The service that fails. */
export function failingService(facts: Facts): string {
  return (
    logged(facts, 'service') ??
    routeEntity(facts)?.scope.service ??
    onlyName(facts, 'service') ??
    placeholder('SERVICE_NAME')
  );
}

/** The entity of the service that fails, when the paste shows it. */
export function serviceEntity(facts: Facts): Entity | undefined {
  const name = failingService(facts);
  return facts.config.ofType('service').find((entity) => entity.name === name || entity.id === name);
}

/** The route of the paste that the failing call matches by its path, the longest first; else the only one. */
export function routeEntity(facts: Facts): Entity | undefined {
  const routes = facts.config.ofType('route');
  const name = logged(facts, 'route');
  const byName = routes.find((route) => name !== undefined && (route.name === name || route.id === name));
  const path = failingPath(facts);
  const lengthOf = (route: Entity): number =>
    Math.max(-1, ...textsOf(route.fields.paths).map((prefix) => (path?.startsWith(prefix) ? prefix.length : -1)));
  const [longest] = [...routes].sort((one, other) => lengthOf(other) - lengthOf(one));
  const byPath = longest !== undefined && lengthOf(longest) >= 0 ? longest : undefined;
  return byName ?? byPath ?? (routes.length === 1 ? routes[0] : undefined);
}

/** The consumer that fails: the one that the contrast names first. */
export function failingConsumer(facts: Facts): string {
  const contrast = facts.contrasts.find((found) => found.dimension === 'consumer')?.value;
  const names = facts.config.ofType('consumer').map((entity) => entity.name);
  const user = failingExchanges(facts)
    .flatMap((exchange) => presented(exchange))
    .find((credential) => credential.username !== undefined && names.includes(credential.username))?.username;
  return contrast ?? logged(facts, 'consumer') ?? user ?? onlyName(facts, 'consumer') ?? placeholder('CONSUMER_NAME');
}

function logged(facts: Facts, field: 'route' | 'service' | 'consumer'): string | undefined {
  const of = (example: { readonly logged: LoggedRequest }): boolean => example.logged[field] !== undefined;
  return (
    facts.traffic.examples.find(of)?.logged[field] ??
    failingExchanges(facts).find((exchange) => exchange.logged?.[field] !== undefined)?.logged?.[field]
  );
}

function onlyName(facts: Facts, type: 'route' | 'service' | 'consumer'): string | undefined {
  const names = [...new Set(facts.config.ofType(type).map((entity) => entity.name))];
  return names.length === 1 ? names[0] : undefined;
}

/** The first of these plugins that the paste shows: configured, answering, logging, or by its own words. */
export function pluginSeen(facts: Facts, ...names: readonly string[]): PluginNamed | undefined {
  const configured = facts.config.pluginsNamed(...names);
  const met = configured.find((plugin) => plugin.enabled) ?? configured[0];
  if (met !== undefined) return { name: met.name, met };
  const known = (name: string | undefined): name is string => name !== undefined && names.includes(name);
  const tags = tagsIn(facts);
  const spoken = [...facts.phrases]
    .sort((one, other) => other.count - one.count)
    .map((seen) => seen.phrase.component)
    // Plugins share wordings: a line that names its plugin decides whose words they are.
    .find((name) => known(name) && (tags.length === 0 || tags.includes(name)));
  const name =
    facts.exchanges.map((exchange) => exchange.answered.plugin).find(known) ??
    facts.entries.map((entry) => entry.component).find(known) ??
    tags.find(known) ??
    spoken;
  return name === undefined ? undefined : { name };
}

/** Plugins that pieces of log lines name, as Kong does it before the message: `[openid-connect] ...`. */
function tagsIn({ statements }: Facts): readonly string[] {
  return statements
    .flatMap(({ text }) => [...text.matchAll(/\[([a-z0-9-]{3,40})\]/g)].map(([, name = '']) => name))
    .filter((name) => PLUGIN_NAMES.has(name));
}

/** The first of these plugins that the paste shows, else the first name. */
export function pluginOf(facts: Facts, first: string, ...others: readonly string[]): PluginNamed {
  return pluginSeen(facts, first, ...others) ?? { name: first };
}

/** The plugin that most likely looks at a credential of this scheme. */
const BY_SCHEME: Readonly<Partial<Record<Credential['scheme'], string>>> = {
  basic: 'basic-auth',
  'api-key': 'key-auth',
  hmac: 'hmac-auth',
  ldap: 'ldap-auth',
  bearer: 'openid-connect',
};

/** The authentication plugin of the paste, else the one that fits what was presented, else the first of the names. */
export function authPluginOf(facts: Facts, first: string, ...others: readonly string[]): PluginNamed {
  const configured = authPlugins(facts).find((plugin) => plugin.name === first || others.includes(plugin.name));
  if (configured !== undefined) return { name: configured.name, met: configured };
  const seen = pluginSeen(facts, first, ...others);
  if (seen !== undefined) return seen;
  const guessed = presentedIn(facts).map((credential) => BY_SCHEME[credential.scheme]);
  const fitting = guessed.find((name) => name !== undefined && (name === first || others.includes(name)));
  return { name: fitting ?? first };
}

/** Whether the paste speaks of these plugins and of none of the others. */
export function speaksOnlyOf(facts: Facts, names: readonly string[], others: readonly string[]): boolean {
  return pluginSeen(facts, ...names) !== undefined && pluginSeen(facts, ...others) === undefined;
}

/** The texts of a field as given in the paste or as the version's default; empty when unknown. */
export function fieldTexts(plugin: PluginNamed, field: string): readonly string[] {
  return textsOf(plugin.met?.field(field).value);
}

/** An update of a plugin, with its id, scope and manifest where the paste shows them, else on the failing route. */
export function updateOf(
  facts: Facts,
  plugin: PluginNamed,
  config: PluginChange['config'],
  more: Partial<PluginChange> = {},
): PluginChange {
  const entity = plugin.met?.entity;
  return {
    on: 'plugin',
    how: 'update',
    plugin: plugin.name,
    config,
    scope: entity === undefined ? { route: failingRoute(facts) } : narrowest(entity.scope),
    ...(entity?.id === undefined ? {} : { id: entity.id }),
    ...manifestOf(entity),
    ...more,
  };
}

function narrowest(scope: Entity['scope']): PluginChange['scope'] {
  if (scope.route !== undefined) return { route: scope.route };
  if (scope.service !== undefined) return { service: scope.service };
  return scope.consumer === undefined ? {} : { consumer: scope.consumer };
}

function manifestOf(entity: Entity | undefined): Pick<PluginChange, 'manifest'> {
  const name = entity?.fields.resource;
  if (entity?.kubernetes === undefined || typeof name !== 'string') return {};
  const { kind, namespace } = entity.kubernetes;
  if (kind !== 'KongPlugin' && kind !== 'KongClusterPlugin') return {};
  return { manifest: { kind, name, ...(namespace === undefined ? {} : { namespace }) } };
}
