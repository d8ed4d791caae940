// The values that a change replaces, as the paste or the gateway itself shows them.
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

interface Present {
  readonly isLive: boolean;
  readonly text: string;
}

function ofPlugin(facts: Facts, change: PluginChange): readonly Present[] {
  const met = metOf(facts, change);
  if (met === undefined) return [];
  return Object.keys(change.config).flatMap((field) => {
    const present = met.field(field);
    const text = present.from === 'unknown' || present.value === null ? undefined : shown(present.value);
    if (text === undefined || text === shown(change.config[field])) return [];
    const origin = present.from === 'default' ? ' (the default)' : '';
    return [{ isLive: met.entity.notation === 'live', text: `${field} is now ${text}${origin}` }];
  });
}

function ofEntity(facts: Facts, change: Change): readonly Present[] {
  if (change.on !== 'route' && change.on !== 'service' && change.on !== 'upstream') return [];
  const entity = facts.config.ofType(change.on).find((one) => [one.name, one.id].includes(change.nameOrId));
  return Object.keys(change.fields).flatMap((field) => {
    const text = shown(entity?.fields[field]);
    if (text === undefined || text === shown(change.fields[field])) return [];
    return [{ isLive: entity?.notation === 'live', text: `${field} is now ${text}` }];
  });
}

/**
 * A sentence such as `In the paste client_auth is now client_secret_basic.`, or `Live, ...` for what the gateway told;
 * empty when neither shows one of them.
 */
export function presentValues(facts: Facts, changes: readonly Change[]): string {
  const values = changes.flatMap((change) => {
    if (!('how' in change) || change.how !== 'update') return [];
    return change.on === 'plugin' ? ofPlugin(facts, change) : ofEntity(facts, change);
  });
  const said = (isLive: boolean, lead: string): string => {
    const texts = [...new Set(values.filter((value) => value.isLive === isLive).map(({ text }) => text))].slice(0, 4);
    return texts.length === 0 ? '' : `${lead} ${texts.join('; ')}.`;
  };
  return [said(false, 'In the paste'), said(true, 'Live,')].filter((sentence) => sentence !== '').join(' ');
}
