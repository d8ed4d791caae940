// What the diagnosis of a whole configuration reads: one route of each kind with its service and plugins, not thousands of equals.
import type { GatewayReading, LivePlugin } from '../kong/read.ts';
import type { GatewaySnapshot, RawEntity } from '../kong/snapshot.ts';
import { mapOf, type Spot } from './gateway-map.ts';

/** Kinds of routes, and entities of any other list, that are read. */
const ROUTES = 300;
const OTHERS = 200;
/** What tells equals from each other and changes nothing about authentication. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'id',
  'name',
  'instance_name',
  'created_at',
  'updated_at',
  'tags',
  'paths',
  'hosts',
  'host',
  'path',
  'service',
  'route',
  'consumer',
]);

/** Gives the diagnosis its material, and learns the secrets in it. */
export function feedMaterial(reading: GatewayReading, gateway: GatewaySnapshot): void {
  const kinds = kindsOf(mapOf(gateway).spots());
  const spots = kinds.slice(0, ROUTES);
  if (spots.length < gateway.routes.length)
    reading.notes.push(
      `For the causes below ${spots.length} of ${gateway.routes.length} routes were looked at: ${
        spots.length < kinds.length
          ? `the first of ${kinds.length} kinds`
          : 'one of each kind, the others are like them'
      }.`,
    );
  const attached = gateway.plugins.filter(({ scope }) => (scope.consumer ?? scope.consumerGroup) !== undefined);
  const plugins = new Set<LivePlugin>([...spots.flatMap(({ running }) => running), ...attached.slice(0, OTHERS)]);
  for (const { raw } of plugins) reading.seen('plugin', raw);
  feed(reading, 'services', [
    ...new Set(spots.flatMap(({ service }): readonly RawEntity[] => (service === undefined ? [] : [service]))),
  ]);
  feed(
    reading,
    'routes',
    spots.map(({ route }) => route),
  );
  feed(
    reading,
    'plugins',
    [...plugins].map(({ raw }) => raw),
  );
  feed(reading, 'consumers', gateway.consumers.slice(0, OTHERS));
  for (const [collection, list] of Object.entries(gateway.credentials))
    feed(reading, collection, list.slice(0, OTHERS));
  if (gateway.dataPlanes !== undefined) feed(reading, 'clustering/data-planes', gateway.dataPlanes.slice(0, OTHERS));
}

function feed(reading: GatewayReading, collection: string, data: readonly RawEntity[]): void {
  if (data.length > 0) reading.feed(`GET /${collection}`, { data, next: null });
}

/** The first spot of each kind. */
function kindsOf(spots: readonly Spot[]): readonly Spot[] {
  const kinds = new Map<string, Spot>();
  const known = new Map<RawEntity, string>();
  const shapeOf = (entity: RawEntity | undefined): string => {
    if (entity === undefined) return '';
    const shape = known.get(entity) ?? shapeOfEntity(entity);
    known.set(entity, shape);
    return shape;
  };
  for (const spot of spots) {
    const parts = [spot.route, spot.service, ...spot.running.map(({ raw }) => raw)];
    const key = `${parts.map(shapeOf).join('\n')}\n${spot.running.map(({ scope }) => Object.keys(scope).join()).join()}`;
    if (!kinds.has(key)) kinds.set(key, spot);
  }
  return [...kinds.values()];
}

function shapeOfEntity(entity: RawEntity): string {
  return JSON.stringify(Object.entries(entity).filter(([name, value]) => value !== null && !LEFT_OUT.has(name)));
}
