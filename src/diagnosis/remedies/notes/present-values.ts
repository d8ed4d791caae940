// The values that a change replaces, as the paste shows them.
import type { Facts, PluginMet } from '../../facts/facts.ts';
import type { Change, PluginChange } from '../change.ts';

const LONGEST = 80;
const SECRET = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/;

function shown(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text === '' || text.length > LONGEST || SECRET.test(text)) return undefined;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join(', ') : text;
}

function metOf(facts: Facts, change: PluginChange): PluginMet | undefined {
  const all = facts.config.pluginsNamed(change.plugin);
  return (
    all.find((met) => change.id !== undefined && met.entity.id === change.id) ??
    all.find(
      (met) => met.entity.scope.route === change.scope.route && met.entity.scope.service === change.scope.service,
    )
  );
}

function ofPlugin(facts: Facts, change: PluginChange): readonly string[] {
  const met = metOf(facts, change);
  if (met === undefined) return [];
  return Object.keys(change.config).flatMap((field) => {
    const present = met.field(field);
    const text = present.from === 'unknown' || present.value === null ? undefined : shown(present.value);
    if (text === undefined || text === shown(change.config[field])) return [];
    return [`${field} is now ${text}${present.from === 'default' ? ' (the default)' : ''}`];
  });
}

function ofEntity(facts: Facts, change: Change): readonly string[] {
  if (change.on !== 'route' && change.on !== 'service' && change.on !== 'upstream') return [];
  const entity = facts.config.ofType(change.on).find((one) => [one.name, one.id].includes(change.nameOrId));
  return Object.keys(change.fields).flatMap((field) => {
    const text = shown(entity?.fields[field]);
    return text === undefined || text === shown(change.fields[field]) ? [] : [`${field} is now ${text}`];
  });
}

/** A sentence such as `Client_auth is now client_secret_basic.`; empty when the paste shows none of them. */
export function presentValues(facts: Facts, changes: readonly Change[]): string {
  const values = changes.flatMap((change) => {
    if (!('how' in change) || change.how !== 'update') return [];
    return change.on === 'plugin' ? ofPlugin(facts, change) : ofEntity(facts, change);
  });
  return values.length === 0 ? '' : `In the paste ${[...new Set(values)].slice(0, 4).join('; ')}.`;
}
