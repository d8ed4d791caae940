// Entities that the gateway itself told, beside those of the paste: what is live stands for what was pasted of it.
import type { EntityObservation } from '../readers/observation.ts';

/**
 * Without live entities what was observed. With them: pasted ones that are live too are left out, and routes, services
 * and consumers of scopes bear their names, which the Admin API gives as ids.
 */
export function settled(observed: readonly EntityObservation[]): readonly EntityObservation[] {
  const live = observed.filter(({ notation }) => notation === 'live');
  if (live.length === 0) return observed;
  const names = namesById(observed);
  const renamed = observed.map((entity) => withNames(entity, names));
  const keys = new Set(renamed.filter(({ notation }) => notation === 'live').flatMap(keysOf));
  return renamed.filter(
    (entity) =>
      entity.notation === 'live' || entity.notation === 'kubernetes' || !keysOf(entity).some((key) => keys.has(key)),
  );
}

const NAMED = ['service', 'route', 'consumer'] as const;

function namesById(entities: readonly EntityObservation[]): ReadonlyMap<string, string> {
  return new Map(
    entities.flatMap(({ type, id, name }) =>
      id !== undefined && name !== undefined && NAMED.some((kind) => kind === type) ? [[`${type} ${id}`, name]] : [],
    ),
  );
}

function withNames(entity: EntityObservation, names: ReadonlyMap<string, string>): EntityObservation {
  const scope = { ...entity.scope };
  for (const kind of NAMED) {
    const id = scope[kind];
    const name = id === undefined ? undefined : names.get(`${kind} ${id}`);
    // The id of a credential's consumer is the salt of its password.
    if (name !== undefined && (kind !== 'consumer' || entity.type === 'plugin')) scope[kind] = name;
  }
  return { ...entity, scope };
}

/** An id, a name among its like, or, of plugins, the name at its place. */
function keysOf({ type, id, name, scope }: EntityObservation): readonly string[] {
  const byId = id === undefined ? [] : [`${type} id ${id}`];
  if (name === undefined || !(type === 'plugin' || NAMED.some((kind) => kind === type))) return byId;
  if (type !== 'plugin') return [...byId, `${type} ${name}`];
  return [
    ...byId,
    `plugin ${name} ${scope.route ?? ''} ${scope.service ?? ''} ${scope.consumer ?? ''} ${scope.consumerGroup ?? ''}`,
  ];
}
