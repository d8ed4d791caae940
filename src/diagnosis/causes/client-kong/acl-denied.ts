// The consumer is not in an allowed group: the signals, remedies and page of acl-denied.
import { callersOf } from '../../facts/callers.ts';
import type { Facts } from '../../facts/facts.ts';
import { failures, textsOf } from '../../facts/questions.ts';
import { addToAclGroup } from '../../remedies/add-to-acl-group.ts';
import { defineCause, type Weighed } from '../cause.ts';

function aclSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 403)
    .filter((exchange) => exchange.answered.by === 'kong' && exchange.answered.plugin === 'acl')
    .map((exchange) => ({
      weight: 3.2,
      says: 'acl refused: the consumer is known, its groups are not allowed.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** Kong's own 403 for consumers that it knows: the credential was right, and the rule that comes after it is acl's. */
function knownAndForbidden({
  contrasts,
  traffic,
  exchanges,
}: Pick<Facts, 'contrasts' | 'traffic' | 'exchanges'>): readonly Weighed[] {
  if ((traffic.failedByStatusAndAnswerer['403 kong'] ?? 0) < traffic.failed * 0.9) return [];
  const known = [...traffic.examples, ...failures({ exchanges }, 403)].some(
    ({ logged }) => logged?.consumer !== undefined,
  );
  return contrasts
    .filter(({ dimension }) => known && (dimension === 'consumer' || dimension === 'route'))
    .slice(0, 1)
    .map((contrast) => ({
      weight: 5.4,
      says: `${contrast.figures}; Kong itself forbids consumers that it has authenticated.`,
      sighting: contrast.sighting,
    }));
}

/** One entry of the log: Kong itself forbids a consumer that it knows. */
function knownOneForbidden({ exchanges, contrasts }: Pick<Facts, 'exchanges' | 'contrasts'>): readonly Weighed[] {
  if (contrasts.length > 0) return [];
  return failures({ exchanges }, 403)
    .filter(({ answered, logged }) => answered.by === 'kong' && logged?.consumer !== undefined)
    .slice(0, 2)
    .map((exchange) => ({
      weight: 3.4,
      says: `Kong itself forbids ${exchange.logged?.consumer} after it has authenticated it; that is mostly acl.`,
      sighting: exchange.sighting,
    }));
}

/** allow and deny of the plugin beside the groups of the consumer that calls. */
function groupsCompared(facts: Pick<Facts, (typeof LOOKS_AT)[number]>): readonly Weighed[] {
  const refused = failures(facts, 401, 403);
  const forbidden =
    refused.some(({ response }) => response?.status === 403) || (facts.traffic.byStatus['403'] ?? 0) > 0;
  if (refused.length > 0 && !forbidden) return [];
  // Without a 403 the lists differ, and nobody says that it hurts.
  const weight = forbidden ? 4.2 : 2;
  return facts.config.pluginsNamed('acl').flatMap((plugin) => {
    // acl cannot be put on a consumer: such a file is refused.
    if (plugin.entity.scope.consumer !== undefined) return [];
    const allow = plugin.field('allow');
    const deny = plugin.field('deny');
    const [allowed, denied] = [textsOf(allow.value), textsOf(deny.value)];
    return callersOf(facts).flatMap(({ groups, names, at }): readonly Weighed[] => {
      const name = names[1] ?? names[0] ?? 'the consumer';
      const sighting = at.lines.group ?? at.sighting;
      const has = groups.length === 0 ? 'no group' : `the group ${groups.join(', ')}`;
      const barred = groups.find((group) => denied.includes(group));
      if (barred !== undefined)
        return [
          { weight, says: `${name} is in the group ${barred}, which deny lists.`, sighting },
          { weight: 0.8, says: 'This list denies it.', sighting: deny.sighting },
        ];
      if (allowed.length === 0) return [];
      if (groups.some((group) => allowed.includes(group)))
        return [{ weight: -3, says: `${name} is in a group that allow lists.`, sighting }];
      return [
        { weight, says: `${name} has ${has}; acl allows ${allowed.join(', ')}.`, sighting },
        { weight: 0.8, says: 'This list allows.', sighting: allow.sighting },
      ];
    });
  });
}

const LOOKS_AT = [
  'exchanges',
  'config',
  'traffic',
  'presentedKeys',
  'contrasts',
  'tokens',
] as const satisfies readonly (keyof Facts)[];

/** The consumer is authenticated, and acl does not let its groups through. */
export const aclDenied = defineCause({
  name: 'acl-denied',
  title: 'The consumer is not in an allowed group',
  looksAt: LOOKS_AT,
  signals: [aclSaysSo, knownAndForbidden, knownOneForbidden, groupsCompared],
  yieldsTo: ['node-out-of-sync'],
  remedies: [addToAclGroup],
  checks: ['Paste `/consumers/NAME/acls` and the acl plugin.'],
  page: {
    what: 'The consumer is authenticated, and acl does not let its groups through.',
    why: 'The consumer lacks the group, the plugin lists another, or the group stands in deny.',
    confirm: ['Compare `/consumers/NAME/acls` with allow and deny of the acl plugin.'],
    fix: ['Add the consumer to the group, or the group to allow.'],
  },
  example: `< HTTP/1.1 403 Forbidden
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"You cannot consume this service"}`,
});
