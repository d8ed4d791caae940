// Which authentication plugins meet on one request: those of its route, of its service and the global ones together.
import type { Config, PluginMet } from './facts.ts';
import { isUnattached } from './kubernetes-attachments.ts';
import { authPlugins } from './questions.ts';

/** Plugins that meet on the requests of one route, service, or of all. */
export interface Meeting {
  /** In words: `the route orders`. */
  readonly where: string;
  readonly plugins: readonly PluginMet[];
}

interface Spot {
  readonly route?: string;
  readonly service?: string;
}

/**
 * Every spot of the configuration with the authentication plugins that run there. Of one plugin the most specific
 * instance runs (route over service over global); different plugins all run (Kong 1.0 to 3.9 `plugins_iterator`).
 */
export function authMeetings(config: Config): readonly Meeting[] {
  const plugins = authPlugins({ config }).filter(
    ({ name, entity }) =>
      name !== 'session' &&
      entity.scope.consumer === undefined &&
      entity.scope.consumerGroup === undefined &&
      !isUnattached(entity),
  );
  return spotsOf(config, plugins).map((spot) => ({
    where:
      spot.route !== undefined
        ? `the route ${spot.route}`
        : spot.service !== undefined
          ? `the service ${spot.service}`
          : 'every request',
    plugins: running(plugins, spot),
  }));
}

/** Routes with their services, services without a route that is known, and everything else. */
function spotsOf(config: Config, plugins: readonly PluginMet[]): readonly Spot[] {
  const spots = new Map<string, Spot>();
  const add = (spot: Spot): void => {
    spots.set(`${spot.route ?? ''}|${spot.service ?? ''}`, spot);
  };
  const serviceOf = new Map(
    config
      .ofType('route')
      .flatMap((route) =>
        route.scope.service === undefined ? [] : namesOf(route).map((name) => [name, route.scope.service] as const),
      ),
  );
  for (const { entity } of plugins) {
    const { route } = entity.scope;
    const service = entity.scope.service ?? (route === undefined ? undefined : serviceOf.get(route));
    add({ ...(route === undefined ? {} : { route }), ...(service === undefined ? {} : { service }) });
  }
  return [...spots.values()];
}

function namesOf(entity: { readonly name?: string; readonly id?: string }): readonly string[] {
  return [entity.name, entity.id].filter((name): name is string => name !== undefined);
}

function running(plugins: readonly PluginMet[], spot: Spot): readonly PluginMet[] {
  const best = new Map<string, PluginMet>();
  for (const plugin of plugins) {
    const rank = rankAt(plugin, spot);
    const known = best.get(plugin.name);
    if (rank >= 0 && (known === undefined || rank > rankAt(known, spot))) best.set(plugin.name, plugin);
  }
  return [...best.values()];
}

/** 2 on the route, 1 on the service, 0 global, -1 elsewhere. A nested route's plugin carries its service too. */
function rankAt({ entity: { scope } }: PluginMet, spot: Spot): number {
  if (scope.route !== undefined) return scope.route === spot.route ? 2 : -1;
  if (scope.service !== undefined) return scope.service === spot.service ? 1 : -1;
  return 0;
}
