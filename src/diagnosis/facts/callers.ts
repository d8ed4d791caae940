// Which consumer of the configuration makes the failing calls, and in which ACL groups it is.
import type { Config, Entity, Facts } from './facts.ts';

/** A consumer that calls, under every name that the paste has for it. */
export interface Caller {
  /** Username, custom_id and id. */
  readonly names: readonly string[];
  readonly groups: readonly string[];
  /** Where a group of it is given, or the consumer itself. */
  readonly at: Entity;
}

type Needed = Pick<Facts, 'config' | 'exchanges' | 'traffic' | 'presentedKeys' | 'tokens'>;

/**
 * Consumers of failing calls whose groups the paste tells: named by the log, by the credential that was presented, or by
 * the token's issuer; else the only consumer of the paste.
 */
export function callersOf(facts: Needed): readonly Caller[] {
  const { config } = facts;
  const groups = config.ofType('acl-group');
  const consumers = config.ofType('consumer');
  const named = new Set(namesOf(facts));
  const [only] = consumers;
  const calling = consumers.filter((entity) => namesOfConsumer(entity).some((name) => named.has(name)));
  const chosen = calling.length > 0 ? calling : consumers.length === 1 && only !== undefined ? [only] : [];
  return chosen.flatMap((entity): readonly Caller[] => {
    const names = namesOfConsumer(entity);
    const own = groups.filter((group) => names.includes(group.scope.consumer ?? ''));
    const isKnownWithout = config.absences.some(
      ({ type, of }) => type === 'acl-group' && 'consumer' in of && names.includes(of.consumer),
    );
    if (isKnownWithout && own.length === 0) return [{ names, groups: [], at: entity }];
    // The Admin API's consumer does not list its groups: without any group in the paste nothing is known of them.
    if (own.length === 0 && (groups.length === 0 ? entity.notation !== 'deck' : !isComplete(entity, groups))) return [];
    return [{ names, groups: own.flatMap((group) => groupOf(group)), at: own[0] ?? entity }];
  });
}

/** Whether groups of others stand in the same file, so that this consumer's would stand there too. */
function isComplete(entity: Entity, groups: readonly Entity[]): boolean {
  return groups.some(
    (group) =>
      group.sighting.place.source === entity.sighting.place.source &&
      group.notation === entity.notation &&
      entity.notation === 'deck',
  );
}

function groupOf(group: Entity): readonly string[] {
  return typeof group.fields.group === 'string' ? [group.fields.group] : [];
}

function namesOf({ config, exchanges, traffic, presentedKeys, tokens }: Needed): readonly string[] {
  const logged = [...exchanges.map(({ logged: line }) => line), ...traffic.examples.map(({ logged: line }) => line)];
  const owners = presentedKeys.flatMap(({ difference, known }) =>
    difference === 'equal' && known.consumer !== undefined ? [known.consumer] : [],
  );
  const issuers = new Set(tokens.map(({ token }) => token.claims?.iss));
  const byIssuer = jwtOwners(config, issuers);
  return [...logged.flatMap((line) => (line?.consumer === undefined ? [] : [line.consumer])), ...owners, ...byIssuer];
}

function jwtOwners(config: Config, issuers: ReadonlySet<unknown>): readonly string[] {
  return config
    .ofType('jwt-credential')
    .filter((entity) => issuers.has(entity.fields.key))
    .flatMap((entity) => entity.scope.consumer ?? []);
}

function namesOfConsumer(entity: Entity): readonly string[] {
  return [entity.id, entity.name, entity.fields.username, entity.fields.custom_id].filter(
    (name): name is string => typeof name === 'string' && name !== '',
  );
}
