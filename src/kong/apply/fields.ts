// Fields of an entity by their path: to compare, to show, and to go back to.
import { createHmac } from 'node:crypto';

type Raw = Readonly<Record<string, unknown>>;

/** Moved by Kong itself at every write. */
const BOOKKEEPING = new Set(['created_at', 'updated_at', 'ws_id']);

export function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves of a value by path, as Kong's PATCH sees them: records are entered, lists are leaves. */
export function leavesOf(value: Raw, lead = ''): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    if (lead === '' && BOOKKEEPING.has(name)) continue;
    if (isRecord(inner) && Object.keys(inner).length > 0)
      for (const [path, leaf] of leavesOf(inner, `${lead}${name}.`)) leaves.set(path, leaf);
    else leaves.set(`${lead}${name}`, inner);
  }
  return leaves;
}

/** Keyed fingerprints of all fields that are set; equal entities give equal ones, and no value can be read from them. */
export function seenFields(entity: Raw, key: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...leavesOf(entity)]
      // A field that is null and one that an older version leaves out are the same.
      .filter(([, leaf]) => leaf !== null && leaf !== undefined)
      .map(([path, leaf]) => [
        path,
        createHmac('sha256', key)
          .update(`${path}\0${canonical(leaf)}`)
          .digest('base64url')
          .slice(0, 16),
      ]),
  );
}

/** Paths whose fingerprints differ. */
export function differingFields(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((path) => one[path] !== other[path]).sort();
}

/** Whether two values are the same configuration. Kong keeps sets in no order of its own, so plain lists compare as sets. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** The value at a path of names; null where there is none. */
export function valueAt(entity: Raw, path: readonly string[]): unknown {
  let value: unknown = entity;
  for (const name of path) value = isRecord(value) ? value[name] : undefined;
  return value ?? null;
}

/** The part of `entity` that `body` names, null where there is nothing: what a PATCH needs to go back. */
export function partNamedBy(body: Raw, entity: Raw): Raw {
  return Object.fromEntries(
    Object.entries(body).map(([name, inner]) => {
      const there = entity[name];
      return [name, isRecord(inner) && isRecord(there) ? partNamedBy(inner, there) : (there ?? null)];
    }),
  );
}

/** Without the fields that Kong itself fills at every write. */
export function withoutBookkeeping(entity: Raw): Raw {
  return Object.fromEntries(Object.entries(entity).filter(([name]) => !BOOKKEEPING.has(name)));
}

/** Merged as Kong's PATCH does: records field by field, everything else replaced. */
export function merged(entity: Raw, body: Raw): Raw {
  const result: Record<string, unknown> = { ...entity };
  for (const [name, inner] of Object.entries(body)) {
    const there = result[name];
    result[name] = isRecord(inner) && isRecord(there) ? merged(there, inner) : inner;
  }
  return result;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    return `[${(value.every((item) => typeof item !== 'object') ? items.sort() : items).join(',')}]`;
  }
  if (isRecord(value))
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)
      .join(',')}}`;
  return JSON.stringify(value ?? null);
}
