// The configuration that a paste shows: entities and settings, with the value that applies for every plugin field.
import type { AbsenceObservation, EntityObservation, SettingObservation } from '../readers/observation.ts';
import type { Config, FieldMet, PluginMet } from './facts.ts';
import { attached } from './kubernetes-attachments.ts';
import { settled } from './live-entities.ts';
import { defaultOf, oldNamesOf, priorityOf } from './plugin-defaults.ts';

/**
 * Builds the config picture.
 * @param version numbers of the Kong version seen, for defaults
 */
export function buildConfig(
  observed: readonly EntityObservation[],
  settings: readonly SettingObservation[],
  version: readonly number[] | undefined,
  absences: readonly AbsenceObservation[] = [],
): Config {
  const entities = attached(settled(observed));
  const plugins = entities
    .filter((entity) => entity.type === 'plugin' && entity.name !== undefined)
    .map((entity) => pluginMet(entity, version))
    .sort((one, other) => other.priority - one.priority);
  return {
    entities,
    ofType: (type) => entities.filter((entity) => entity.type === type),
    plugins,
    pluginsNamed: (...names) => plugins.filter((plugin) => names.includes(plugin.name)),
    absences,
    settings,
    setting: (name) => settings.findLast((setting) => setting.name === name),
  };
}

function pluginMet(entity: EntityObservation, version: readonly number[] | undefined): PluginMet {
  const name = entity.name ?? '';
  return {
    entity,
    name,
    enabled: entity.fields.enabled !== false,
    priority: priorityOf(name, version),
    field: (path) => fieldMet(entity, name, path, version),
  };
}

function fieldMet(
  entity: EntityObservation,
  plugin: string,
  path: string,
  version: readonly number[] | undefined,
): FieldMet {
  const [name = path] = [path, ...oldNamesOf(plugin, path)].filter(
    (candidate) => valueAt(entity.fields.config, candidate.split('.')) !== undefined,
  );
  const given = valueAt(entity.fields.config, name.split('.'));
  const sighting = entity.lines[`config.${name}`] ?? entity.sighting;
  if (given !== undefined) return { value: given, from: 'given', sighting };
  const known = defaultOf(plugin, path, version);
  return known.known
    ? { value: known.value, from: 'default', sighting }
    : { value: undefined, from: 'unknown', sighting };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return valueAt((value as Record<string, unknown>)[head], rest);
}
