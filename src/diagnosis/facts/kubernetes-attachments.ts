// What Kubernetes manifests are attached to: plugins by annotation, credential secrets by the consumer that names them.
import type { Sighting } from '../intake/place.ts';
import type { EntityObservation } from '../readers/observation.ts';

/** Places that one plugin is shown at, at most; more say nothing new. */
const ATTACHED_LIMIT = 20;

/** Annotations that name plugins: Kong Ingress Controller 0.8 and later, and before. */
const PLUGIN_ANNOTATIONS = ['konghq.com/plugins', 'plugins.konghq.com'];

/**
 * Entities with the scope that other manifests of the paste give them. A KongPlugin that nothing names keeps an empty
 * scope: it is not global, it is not attached in what was pasted (`isUnattached`).
 */
export function attached(entities: readonly EntityObservation[]): readonly EntityObservation[] {
  const manifests = entities.filter((entity) => entity.notation === 'kubernetes');
  if (manifests.length < 2) return entities;
  const byPlugin = scopesByPlugin(manifests);
  const byCredential = consumersByCredential(manifests);
  return entities.flatMap((entity) => {
    if (entity.notation !== 'kubernetes') return [entity];
    const resource = resourceOf(entity);
    if (entity.type === 'plugin') {
      const scopes = matching(byPlugin, entity, resource);
      return scopes.length === 0 ? [entity] : scopes.slice(0, ATTACHED_LIMIT).map((scope) => ({ ...entity, scope }));
    }
    if (!entity.type.endsWith('-credential') && entity.type !== 'acl-group') return [entity];
    const [scope] = matching(byCredential, entity, resource);
    return [scope === undefined ? entity : { ...entity, scope }];
  });
}

/** Whether a plugin is a KongPlugin (or a KongClusterPlugin without `global: "true"`) that nothing in the paste names. */
export function isUnattached(entity: EntityObservation): boolean {
  if (entity.type !== 'plugin' || entity.kubernetes === undefined || Object.keys(entity.scope).length > 0) return false;
  return entity.kubernetes.labels.global !== 'true';
}

/** An annotation of the paste that names no plugin, and why. */
export interface Dangling {
  readonly entity: EntityObservation;
  readonly annotation: string;
  readonly plugin: string;
  /** `misnamed`: the annotation is not called so; `absent`: other plugins are pasted, this one is not. */
  readonly why: 'misnamed' | 'absent';
  readonly sighting: Sighting;
}

/** Annotations that mean to name plugins and do not. Of the controller's own only `konghq.com/plugins` does. */
export function danglingAnnotations(entities: readonly EntityObservation[]): readonly Dangling[] {
  const plugins = entities.filter((entity) => entity.type === 'plugin' && entity.kubernetes !== undefined);
  const known = new Set(plugins.map(resourceOf));
  return entities
    .filter((entity) => entity.kubernetes !== undefined && scopeOf(entity) !== undefined)
    .flatMap((entity) =>
      Object.entries(entity.kubernetes?.annotations ?? {}).flatMap(([annotation, value]): readonly Dangling[] => {
        const own = PLUGIN_ANNOTATIONS.includes(annotation);
        if (!own && !/kong/i.test(annotation)) return [];
        if (!own && !/(?:^|[./])plugins?$/i.test(annotation) && !/^plugins?\./i.test(annotation)) return [];
        const sighting = entity.lines[`metadata.annotations.${annotation}`] ?? entity.sighting;
        const named = value
          .split(',')
          .map((item) => item.trim().replace(/^[\w-]{1,63}:/, ''))
          .filter((item) => item !== '');
        if (!own) return named.slice(0, 1).map((plugin) => ({ entity, annotation, plugin, why: 'misnamed', sighting }));
        if (plugins.length === 0) return [];
        return named
          .filter((plugin) => !known.has(plugin))
          .map((plugin) => ({ entity, annotation, plugin, why: 'absent', sighting }));
      }),
    );
}

interface Attachment {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly scope: EntityObservation['scope'];
}

function scopesByPlugin(manifests: readonly EntityObservation[]): readonly Attachment[] {
  const found = new Map<string, Attachment>();
  for (const entity of manifests) {
    const scope = scopeOf(entity);
    if (scope === undefined) continue;
    const named = PLUGIN_ANNOTATIONS.map((name) => entity.kubernetes?.annotations[name] ?? '').join(',');
    for (const name of named.split(',').map((item) => item.trim())) {
      if (name === '') continue;
      // `namespace:name` names a plugin of another namespace.
      const [own, other] = name.split(':', 2);
      const attachment = {
        name: other ?? own ?? '',
        namespace: other === undefined ? entity.kubernetes?.namespace : own,
        scope,
      };
      found.set(JSON.stringify(attachment), attachment);
    }
  }
  return [...found.values()];
}

/** What a plugin that this manifest names is scoped to; rules of an Ingress or HTTPRoute are routes. */
function scopeOf(entity: EntityObservation): EntityObservation['scope'] | undefined {
  const name = entity.type === 'consumer' ? entity.name : resourceOf(entity);
  if (name === undefined) return undefined;
  if (entity.type === 'ingress') return { route: name };
  if (entity.type === 'service') return { service: name };
  if (entity.type === 'consumer') return { consumer: name };
  return entity.type === 'consumer-group' ? { consumerGroup: name } : undefined;
}

function consumersByCredential(manifests: readonly EntityObservation[]): readonly Attachment[] {
  return manifests.flatMap((entity) => {
    const { credentials } = entity.fields;
    if (entity.type !== 'consumer' || !Array.isArray(credentials) || entity.name === undefined) return [];
    const scope = { consumer: entity.name };
    return credentials
      .filter((name) => typeof name === 'string')
      .map((name): Attachment => ({ name, namespace: entity.kubernetes?.namespace, scope }));
  });
}

function matching(
  attachments: readonly Attachment[],
  entity: EntityObservation,
  resource: string | undefined,
): readonly EntityObservation['scope'][] {
  const namespace = entity.kubernetes?.kind === 'KongClusterPlugin' ? undefined : entity.kubernetes?.namespace;
  return attachments
    .filter(
      (attachment) =>
        attachment.name === resource &&
        // A manifest without a namespace may be anywhere.
        (namespace === undefined || attachment.namespace === undefined || attachment.namespace === namespace),
    )
    .map((attachment) => attachment.scope);
}

function resourceOf(entity: EntityObservation): string | undefined {
  const { resource } = entity.fields;
  return typeof resource === 'string' ? resource : undefined;
}
