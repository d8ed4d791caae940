// Which of Kong's plugins a paste shows, how clearly, and the words that can tell one known issue from another.
import type { Facts } from '../facts/facts.ts';
import { CORE_COMPONENTS } from './known-issue.ts';

/** `clear`: configured, or it speaks itself; `hinted`: a person names it, or words that several plugins share. */
export type Met = 'clear' | 'hinted';

/** More words of a paste are not looked at. */
const WORDS = 40_000;
/** Words that more plugins say alike tell nothing. */
const SHARED_BY = 2;
const WORD = /[a-z0-9_-]+/g;
/** Plugins whose faults stand with another one. */
const TOLD_WITH: Readonly<Record<string, string>> = { 'request-transformer-advanced': 'request-transformer' };

/**
 * The components that a paste shows. Configured and enabled plugins, tags of the log and plugins known to have ended a
 * request are clear, and so are words that only one plugin says; names in prose are hints. The parts of CORE_COMPONENTS
 * are hints always: every gateway has them, and no paste names them.
 */
export function componentsMet(facts: Facts): ReadonlyMap<string, Met> {
  const met = new Map<string, Met>();
  const hint = (component: string): void => {
    if (!met.has(component)) met.set(component, 'hinted');
  };
  for (const component of CORE_COMPONENTS) hint(component);
  for (const plugin of facts.config.plugins) if (plugin.enabled) met.set(plugin.name, 'clear');
  for (const exchange of facts.exchanges)
    if (exchange.failed && exchange.answered.plugin !== undefined) met.set(exchange.answered.plugin, 'clear');
  for (const entry of facts.entries)
    if (entry.component !== undefined && entry.product === 'kong') met.set(entry.component, 'clear');
  for (const [component, alone] of speakers(facts)) {
    if (alone) met.set(component, 'clear');
    else hint(component);
  }
  for (const statement of facts.statements)
    for (const word of statement.text.toLowerCase().match(WORD) ?? []) {
      if (word.includes('-')) hint(word);
      if (word === 'oidc' || word === 'openid') hint('openid-connect');
    }
  for (const [plugin, other] of Object.entries(TOLD_WITH)) {
    const how = met.get(plugin);
    if (how !== undefined && met.get(other) !== 'clear') met.set(other, how);
  }
  return met;
}

/** Components whose words were met, and whether nobody else says them at that place. */
function speakers(facts: Facts): readonly (readonly [string, boolean])[] {
  const byPlace = new Map<string, Set<string>>();
  for (const seen of facts.phrases) {
    const [first] = seen.sightings;
    if (first === undefined || first.met === 'said') continue;
    const { place } = first.sighting;
    const key = `${place.source}:${place.line}:${seen.phrase.text.toLowerCase()}`;
    const components = byPlace.get(key) ?? new Set<string>();
    for (const component of seen.phrase.component.split(', ')) components.add(component);
    byPlace.set(key, components);
  }
  return [...byPlace.values()].flatMap((components) =>
    components.size > SHARED_BY ? [] : [...components].map((component) => [component, components.size === 1] as const),
  );
}

/**
 * The words of a paste that marks are looked up in: config fields that hold something, settings with their values,
 * statuses, header names, messages, log texts and what people wrote; lower case, a bounded number.
 */
export function wordsMet(facts: Facts): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (text: string): void => {
    if (words.size < WORDS) for (const word of text.toLowerCase().match(WORD) ?? []) words.add(word);
  };
  for (const entity of facts.config.entities) {
    add(entity.type);
    addFields(entity.fields, add);
  }
  for (const setting of facts.config.settings) add(`${setting.name} ${String(setting.value)}`);
  for (const exchange of facts.exchanges) {
    add(String(exchange.response?.status ?? ''));
    add(exchange.response?.message ?? '');
    for (const header of [...(exchange.request?.headers ?? []), ...(exchange.response?.headers ?? [])])
      add(header.name);
  }
  for (const status of Object.keys(facts.traffic.byStatus)) add(status);
  for (const entry of facts.entries) add(entry.text);
  for (const seen of facts.phrases) add(seen.phrase.text);
  for (const statement of facts.statements) add(statement.text);
  return words;
}

/** Names of fields that are in use, with their short values. An Admin API answer lists every field, most of them empty. */
export function addFields(value: unknown, add: (text: string) => void, depth = 0): void {
  if (typeof value === 'string' && value.length <= 60) add(value);
  if (typeof value !== 'object' || value === null || depth > 6) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 50)) addFields(item, add, depth + 1);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (isUnused(inner)) continue;
    add(name);
    addFields(inner, add, depth + 1);
  }
}

function isUnused(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
