// Changes of the configuration since the last digest as items, with a diff of the fields.
import type { EntityChange, FieldChange } from './configuration.ts';
import { type DiagnoseSubject, type DigestItem, item } from './item.ts';
import { listed, many, named } from './words.ts';

/** Plugins that get an item of their own; with more all share one. */
const PLUGINS = 5;
/** Lines of a diff in one item. */
const LINES = 12;

const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  service: ['service', 'services'],
  route: ['route', 'routes'],
  plugin: ['plugin', 'plugins'],
  consumer: ['consumer', 'consumers'],
  upstream: ['upstream', 'upstreams'],
  certificate: ['certificate', 'certificates'],
  'ca-certificate': ['CA certificate', 'CA certificates'],
  'acl-group': ['membership of an ACL group', 'memberships of ACL groups'],
};

/** What bears on authentication most goes first. */
const WEIGHTS: Readonly<Record<string, number>> = { plugin: 40, route: 30, service: 30, upstream: 26, consumer: 24 };

type Period = Pick<DiagnoseSubject, 'from' | 'to'>;

/** One item for each plugin, and one for each other type of entity. */
export function configurationItems(
  changes: readonly EntityChange[],
  gateway: string,
  period: Period,
): readonly DigestItem[] {
  const byType = Map.groupBy(changes, ({ type }) => type);
  return [...byType].flatMap(([type, list]) =>
    type === 'plugin' && list.length <= PLUGINS
      ? list.map((change) => pluginItem(change, period))
      : [groupItem(type, list, gateway, period)],
  );
}

function pluginItem(change: EntityChange, period: Period): DigestItem {
  const { name, id, on, fields } = change;
  const what = `plugin ${named(name)}${on === undefined ? ' (global)' : ` on ${placeOf(on)}`}`;
  return item('configuration', change.change === 'removed' ? 43 : 40, {
    headline: `${what} was ${change.change}`,
    says: `${what.replace(/^p/, 'P')} was ${change.change}${fields.length === 0 ? '' : `: ${listed(fields.map(({ field }) => named(field)))}`}.`,
    details: diffOf(fields),
    diagnose: { type: 'plugin', name, ...(id === undefined ? {} : { id }), ...period },
  });
}

function groupItem(type: string, list: readonly EntityChange[], gateway: string, period: Period): DigestItem {
  const [one, several] = NOUNS[type] ?? [
    `${type.replace(/-credential$/, '')} credential`,
    `${type.replace(/-credential$/, '')} credentials`,
  ];
  const parts = (['added', 'removed', 'changed'] as const).flatMap((change) => {
    const those = list.filter((entity) => entity.change === change);
    if (those.length === 0) return [];
    const names = listed(those.map(labelOf), 6);
    return [{ count: `${many(those.length, one, several)} ${change}`, names: `${change}: ${names}` }];
  });
  const [only] = list;
  const isOne = list.length === 1 && only !== undefined;
  const subjectType =
    type === 'service' || type === 'route' || type === 'consumer' || type === 'upstream' ? type : undefined;
  const diagnose: DiagnoseSubject =
    isOne && subjectType !== undefined
      ? { type: subjectType, name: only.name, ...(only.id === undefined ? {} : { id: only.id }), ...period }
      : // The type tells items of the gateway apart.
        { type: 'gateway', name: gateway, id: type, ...period };
  const changed = list.filter(({ fields }) => fields.length > 0);
  return item('configuration', WEIGHTS[type] ?? 20, {
    headline: parts.map(({ count }) => count).join(', '),
    says: `${several.replace(/^[a-z]/, (letter) => letter.toUpperCase())} ${parts.map(({ names }) => names).join('; ')}.`,
    details: changed
      .flatMap((entity) =>
        diffOf(entity.fields).map((line) => (changed.length === 1 ? line : `${labelOf(entity)}: ${line}`)),
      )
      .slice(0, LINES),
    diagnose,
  });
}

function labelOf({ type, name, on }: EntityChange): string {
  if (type === 'acl-group') return `${named(name)}${on === undefined ? '' : ` of ${placeOf(on)}`}`;
  // A credential's name is its id, which says nothing to people.
  if (type.endsWith('-credential')) return on === undefined ? named(name) : `of ${placeOf(on)}`;
  return named(name);
}

/** `the route orders` with the names as code. */
function placeOf(on: string): string {
  return on
    .split(' and ')
    .map((part) =>
      part.replace(
        /^(the (?:route|service|consumer)) (.*)$/s,
        (_, kind: string, name: string) => `${kind} ${named(name)}`,
      ),
    )
    .join(' and ');
}

function diffOf(fields: readonly FieldChange[]): readonly string[] {
  const lines = fields.slice(0, LINES).map(({ field, from, to }) => {
    if (from === '(secret)' && to === '(secret)') return `${named(field)}: changed (a secret).`;
    return `${named(field)}: ${shownValue(from)} → ${shownValue(to)}.`;
  });
  const rest = fields.length - lines.length;
  return rest > 0 ? [...lines, `${many(rest, 'more field')}.`] : lines;
}

function shownValue(value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return value === '(secret)' ? 'a secret' : named(value);
}
