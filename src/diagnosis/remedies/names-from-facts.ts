// Names that a remedy is filled with: the route, service, consumer and plugin that the paste shows, else a placeholder.
import type { Facts, PluginMet } from '../facts/facts.ts';
import { authPlugins } from '../facts/questions.ts';
import type { PluginChange } from './change.ts';

/** The route that fails. */
export function failingRoute(facts: Facts): string {
  const logged = facts.traffic.examples.find((example) => example.logged.route !== undefined)?.logged.route;
  return logged ?? onlyName(facts, 'route') ?? '<ROUTE_NAME>';
}

/** The service that fails. */
export function failingService(facts: Facts): string {
  const logged = facts.traffic.examples.find((example) => example.logged.service !== undefined)?.logged.service;
  return logged ?? onlyName(facts, 'service') ?? '<SERVICE_NAME>';
}

/** The consumer that fails: the one that the contrast names first. */
export function failingConsumer(facts: Facts): string {
  const contrast = facts.contrasts.find((found) => found.dimension === 'consumer')?.value;
  const logged = facts.traffic.examples.find((example) => example.logged.consumer !== undefined)?.logged.consumer;
  return contrast ?? logged ?? onlyName(facts, 'consumer') ?? '<CONSUMER_NAME>';
}

function onlyName(facts: Facts, type: 'route' | 'service' | 'consumer'): string | undefined {
  const names = facts.config.ofType(type).map((entity) => entity.name);
  return names.length === 1 ? names[0] : undefined;
}

/** Plugins of these names in the paste; for an authentication plugin that nobody named, the one that answered. */
export function pluginOf(
  facts: Facts,
  ...names: readonly string[]
): { readonly name: string; readonly met?: PluginMet } {
  const [configured] = facts.config.pluginsNamed(...names);
  if (configured !== undefined) return { name: configured.name, met: configured };
  const answered = facts.exchanges.find(
    (exchange) => exchange.answered.plugin !== undefined && names.includes(exchange.answered.plugin),
  )?.answered.plugin;
  const logged = facts.entries.find(
    (entry) => entry.component !== undefined && names.includes(entry.component),
  )?.component;
  return { name: answered ?? logged ?? names[0] ?? '<PLUGIN>' };
}

/** The authentication plugin of the paste, or the first of the given names. */
export function authPluginOf(
  facts: Facts,
  ...names: readonly string[]
): { readonly name: string; readonly met?: PluginMet } {
  const configured = authPlugins(facts).find((plugin) => names.includes(plugin.name));
  return configured === undefined ? pluginOf(facts, ...names) : { name: configured.name, met: configured };
}

/** An update of a plugin, with its id and scope where the paste shows them, else on the failing route. */
export function updateOf(
  facts: Facts,
  plugin: { readonly name: string; readonly met?: PluginMet },
  config: PluginChange['config'],
  more: Partial<PluginChange> = {},
): PluginChange {
  const scope = plugin.met?.entity.scope;
  const { id } = plugin.met?.entity ?? {};
  const known = scope !== undefined && (scope.route !== undefined || scope.service !== undefined);
  return {
    on: 'plugin',
    how: 'update',
    plugin: plugin.name,
    config,
    scope: known
      ? {
          ...(scope.route === undefined ? {} : { route: scope.route }),
          ...(scope.service === undefined || scope.route !== undefined ? {} : { service: scope.service }),
        }
      : plugin.met !== undefined
        ? {}
        : { route: failingRoute(facts) },
    ...(id === undefined ? {} : { id }),
    ...more,
  };
}
