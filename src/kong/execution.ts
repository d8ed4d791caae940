// Which plugins run on a request of the live gateway, and in which order: the most specific instance of each name.

/** A plugin with the ids of what it is attached to. */
export interface AttachedPlugin {
  readonly name: string;
  readonly id: string | undefined;
  readonly enabled: boolean;
  readonly priority: number;
  readonly scope: {
    readonly service?: string;
    readonly route?: string;
    readonly consumer?: string;
    readonly consumerGroup?: string;
  };
}

/** Ids of what the requests in question meet. */
export interface Spot {
  readonly service?: string;
  readonly route?: string;
  readonly consumer?: string;
  /** Of the service, where no route is given. */
  readonly routes?: readonly string[];
}

export interface Execution<P> {
  readonly running: readonly P[];
  readonly sometimes: readonly P[];
  readonly replaced: readonly P[];
}

/** Scopes, most specific first (Kong 1.0 to 3.9, `plugins_iterator`). */
const SPECIFIC = [
  'service route consumer',
  'route consumer',
  'service consumer',
  'service route',
  'consumer',
  'route',
  'service',
  '',
];

/**
 * The plugins at a spot in execution order. Of one name the most specific instance runs; disabled ones never. Those of
 * a consumer, group or route that the spot leaves open run only for some requests.
 */
export function executionAt<P extends AttachedPlugin>(plugins: readonly P[], spot: Spot): Execution<P> {
  const best = new Map<string, P>();
  const sometimes: P[] = [];
  const met: P[] = [];
  for (const plugin of plugins) {
    const meets = plugin.enabled ? meeting(plugin, spot) : 'never';
    if (meets === 'sometimes') sometimes.push(plugin);
    if (meets !== 'always') continue;
    met.push(plugin);
    const known = best.get(plugin.name);
    if (known === undefined || rankOf(plugin) < rankOf(known)) best.set(plugin.name, plugin);
  }
  const running = [...best.values()];
  return {
    running: running.sort(inOrder),
    sometimes: sometimes.sort(inOrder),
    replaced: met.filter((plugin) => best.get(plugin.name) !== plugin).sort(inOrder),
  };
}

function meeting({ scope }: AttachedPlugin, spot: Spot): 'always' | 'sometimes' | 'never' {
  for (const kind of ['service', 'route', 'consumer'] as const)
    if (scope[kind] !== undefined && spot[kind] !== undefined && scope[kind] !== spot[kind]) return 'never';
  if (spot.consumer !== undefined && spot.route === undefined && spot.service === undefined) {
    // Without a route only the consumer's own plugins and the global ones are sure to be met.
    if (scope.consumer === undefined && (scope.route ?? scope.service ?? scope.consumerGroup) !== undefined)
      return 'never';
    return (scope.route ?? scope.service ?? scope.consumerGroup) === undefined ? 'always' : 'sometimes';
  }
  if (scope.service !== undefined && spot.service === undefined && !isEverywhere(spot)) return 'never';
  if (scope.route !== undefined && spot.route === undefined && !isEverywhere(spot))
    return spot.routes?.includes(scope.route) === true ? 'sometimes' : 'never';
  const open = (['service', 'route', 'consumer', 'consumerGroup'] as const).some(
    (kind) => scope[kind] !== undefined && (kind === 'consumerGroup' || spot[kind] === undefined),
  );
  return open ? 'sometimes' : 'always';
}

/** A spot that names nothing: what is global runs there, and all else for some requests. */
function isEverywhere({ service, route, consumer }: Spot): boolean {
  return (service ?? route ?? consumer) === undefined;
}

function rankOf({ scope }: AttachedPlugin): number {
  const kinds = (['service', 'route', 'consumer'] as const).filter((kind) => scope[kind] !== undefined);
  return SPECIFIC.indexOf(kinds.join(' '));
}

/** Of equal priority the later name runs first (`sort_by_handler_priority`). */
function inOrder(one: AttachedPlugin, other: AttachedPlugin): number {
  if (one.priority !== other.priority) return other.priority - one.priority;
  return one.name === other.name ? 0 : one.name > other.name ? -1 : 1;
}
