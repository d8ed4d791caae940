// credentials: credentials without consumers, consumers without what their routes ask for, doubles, and those that end.
import type { CredentialCollection, RawEntity } from '../../kong/snapshot.ts';
import type { Check, Examination } from '../check.ts';
import {
  type GatewayMap,
  listAt,
  listed,
  mapOf,
  nameOf,
  referenced,
  type Spot,
  subjectFor,
  textsIn,
  valueAt,
} from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'credentials';
const DAY = 86_400;
const SOON = 7 * DAY;

/** Plugins that look a credential of a consumer up, where it lies, and what has to be the only one of its kind. */
const LOOKED_UP: Readonly<Record<string, { readonly collection: CredentialCollection; readonly by: string }>> = {
  'key-auth': { collection: 'key-auths', by: 'key' },
  'basic-auth': { collection: 'basic-auths', by: 'username' },
  jwt: { collection: 'jwts', by: 'key' },
  'hmac-auth': { collection: 'hmac-auths', by: 'username' },
  oauth2: { collection: 'oauth2', by: 'client_id' },
};
/** Plugins that find consumers by what a token or certificate says. */
const MAPPING = [
  'openid-connect',
  'oauth2-introspection',
  'ldap-auth-advanced',
  'mtls-auth',
  'header-cert-auth',
  'saml',
  'vault-auth',
  'key-auth-enc',
];

export const credentials: Check = {
  name: NAME,
  title: 'Credentials and their consumers',
  run(examination) {
    const { gateway } = examination;
    const results = new Results(NAME);
    const map = mapOf(gateway);
    const used = Object.keys(LOOKED_UP).filter((plugin) => map.pluginsNamed(plugin).length > 0);
    for (const plugin of used) lookAtPlugin(plugin, examination, results);
    for (const [collection, list] of Object.entries(gateway.credentials)) lookAtOwners(collection, list, map, results);
    // What one route asks for says nothing about consumers of other routes.
    if (examination.whole === undefined) lookAtIdle(examination, results);
    lookAtGroups(examination, results);
    lookAtNames(examination, results);
    const count = Object.values(gateway.credentials).reduce((sum, list) => sum + list.length, 0);
    const isAbout = used.length > 0 || count > 0 || map.pluginsNamed(...MAPPING).length > 0;
    return results.all(
      isAbout ? `${count} credentials belong to ${gateway.consumers.length} consumers, each to one.` : undefined,
    );
  },
};

function lookAtPlugin(plugin: string, { gateway, now }: Examination, results: Results): void {
  const { collection, by } = LOOKED_UP[plugin] ?? { collection: 'key-auths', by: 'key' };
  const list = gateway.credentials[collection];
  const map = mapOf(gateway);
  if (list === undefined) {
    results.couldNotLook(
      GATEWAY,
      `${plugin} runs here, and its credentials (/${collection}) were not told.`,
      'Give the token of KONG_ADMIN_TOKEN read permission for them.',
    );
    return;
  }
  if (list.length === 0) {
    const [first] = map.pluginsNamed(plugin);
    if (first !== undefined)
      results.failed(
        map.subjectOf(first),
        `${plugin} runs here and there is not one credential for it, so it refuses every request.`,
        `Create one: \`curl -X POST http://localhost:8001/consumers/CONSUMER/${plugin}\`; in another workspace KONG_WORKSPACE has to name it.`,
        'credential-unknown',
      );
    return;
  }
  const same = new Map<string, RawEntity[]>();
  for (const credential of list) {
    const value = credential[by];
    // The issuers check tells of jwt's.
    if (typeof value === 'string' && plugin !== 'jwt') listAt(same, value).push(credential);
    if (collection === 'key-auths') lookAtEnd(credential, map, now, results);
  }
  for (const doubles of same.values()) {
    const owners = [...new Set(doubles.map((credential) => ownerOf(credential, map)))];
    if (doubles.length < 2) continue;
    results.failed(
      { type: 'credential', name: `${plugin} credentials of ${listed(owners)}` },
      `${doubles.length} ${plugin} credentials of ${listed(owners)} have the same ${by}, so which consumer a request becomes is left to chance.`,
      'Remove all but one of them.',
      'consumer-not-mapped',
    );
  }
}

function ownerOf(credential: RawEntity, map: GatewayMap): string {
  const id = referenced(credential, 'consumer');
  return nameOf(map.entity(id), id ?? 'nobody');
}

/** Kong answers the seconds that a key has left. */
function lookAtEnd(credential: RawEntity, map: GatewayMap, now: number, results: Results): void {
  const { ttl } = credential;
  if (typeof ttl !== 'number') return;
  const owner = ownerOf(credential, map);
  const subject = { type: 'credential', name: `key of ${owner}`, id: String(credential.id) } as const;
  if (ttl <= 0) {
    results.failed(
      subject,
      `A key of ${owner} has reached the end of its ttl, so it is unknown.`,
      'Create a new key and hand it out.',
      'credential-unknown',
    );
    return;
  }
  if (ttl < SOON)
    results.failed(
      subject,
      `A key of ${owner} ends on ${new Date(now + ttl * 1000).toISOString().slice(0, 16).replace('T', ' at ')} UTC (ttl), and is unknown then.`,
      'Create the next key and hand it out before.',
      'credential-unknown',
    );
}

function lookAtOwners(collection: string, list: readonly RawEntity[], map: GatewayMap, results: Results): void {
  const orphans = list.filter((credential) => map.entity(referenced(credential, 'consumer')) === undefined);
  const [first] = orphans;
  if (first === undefined) return;
  results.failed(
    { type: 'credential', name: `${collection} ${listed(orphans.map(({ id }) => String(id)))}` },
    `${orphans.length} entries of /${collection} belong to a consumer that does not exist (${listed(orphans.map(({ id }) => String(id)))}): requests with them end in 401 or 500.`,
    `Remove them: \`curl -X DELETE http://localhost:8001/${collection}/ID\`, and create the credential below its consumer again.`,
    'credential-unknown',
  );
}

/** Which consumers have a credential of each collection. */
function holders(gateway: Examination['gateway'], collection: CredentialCollection): ReadonlySet<string> | undefined {
  const list = gateway.credentials[collection];
  return list === undefined
    ? undefined
    : new Set(list.flatMap((credential) => referenced(credential, 'consumer') ?? []));
}

/** Consumers that can use nothing, where nothing finds consumers by other means. */
function lookAtIdle({ gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const used = Object.entries(LOOKED_UP).filter(([plugin]) => map.pluginsNamed(plugin).length > 0);
  if (used.length === 0 || map.pluginsNamed(...MAPPING).length > 0) return;
  const lists = used.map(([, { collection }]) => holders(gateway, collection));
  if (lists.some((list) => list === undefined)) return;
  const anonymous = new Set(
    gateway.plugins
      .flatMap(({ raw }) => textsIn(valueAt(raw.config, 'anonymous')))
      .map((name) => map.consumerNamed(name)?.id),
  );
  const idle = gateway.consumers.filter(
    ({ id }) => !anonymous.has(id) && !lists.some((list) => list?.has(String(id)) === true),
  );
  const [first] = idle;
  if (first === undefined) return;
  const names = listed(idle.map((consumer) => nameOf(consumer)));
  const types = listed(
    used.map(([plugin]) => plugin),
    8,
  );
  results.failed(
    idle.length === 1 ? subjectFor('consumer', first) : { type: 'consumer', name: names },
    idle.length === 1
      ? `The consumer ${names} has no credential of the types that are asked for here (${types}).`
      : `${idle.length} consumers have no credential of the types that are asked for here (${types}): ${names}.`,
    `Create it: \`curl -X POST http://localhost:8001/consumers/CONSUMER/${used[0]?.[0]}\`, or remove the consumer.`,
    'credential-unknown',
  );
}

/** Consumers that acl lets in and the authentication of the same route does not. */
function lookAtGroups({ gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const members = new Map<string, Set<string>>();
  for (const acl of gateway.credentials.acls ?? []) {
    const id = referenced(acl, 'consumer');
    if (id !== undefined && typeof acl.group === 'string')
      members.set(acl.group, (members.get(acl.group) ?? new Set()).add(id));
  }
  const have = new Map<CredentialCollection, ReadonlySet<string> | undefined>();
  const told = new Set<string>();
  for (const spot of map.spots()) {
    const acl = spot.running.find(({ name }) => name === 'acl');
    const wanted = acl === undefined ? undefined : wantedAt(spot, map);
    if (acl === undefined || wanted === undefined) continue;
    const groups = textsIn(map.field(acl, 'allow').value);
    const key = JSON.stringify([groups, wanted]);
    if (told.has(key)) continue;
    told.add(key);
    for (const { collection } of wanted.plugins)
      if (!have.has(collection)) have.set(collection, holders(gateway, collection));
    if (wanted.plugins.some(({ collection }) => have.get(collection) === undefined)) continue;
    const ids = new Set(groups.flatMap((group) => [...(members.get(group) ?? [])]));
    const has =
      (id: string) =>
      ({ collection }: { readonly collection: CredentialCollection }) =>
        have.get(collection)?.has(id) === true;
    const without = [...ids].filter((id) =>
      wanted.all ? !wanted.plugins.every(has(id)) : !wanted.plugins.some(has(id)),
    );
    if (without.length === 0) continue;
    const types = listed(
      wanted.plugins.map(({ plugin }) => plugin),
      8,
    );
    const names = listed(without.map((id) => nameOf(map.entity(id), id)));
    results.failed(
      without.length === 1 ? { type: 'consumer', name: names } : { type: 'consumer', name: names },
      `The route ${nameOf(spot.route)} lets ${names} in by group (${listed(groups)}), and asks for ${types}, of which there is no credential.`,
      `Create it: \`curl -X POST http://localhost:8001/consumers/CONSUMER/${wanted.plugins[0]?.plugin}\`.`,
      'credential-unknown',
    );
  }
}

interface Wanted {
  /** Each of them, or any one. */
  readonly all: boolean;
  readonly plugins: readonly { readonly plugin: string; readonly collection: CredentialCollection }[];
}

/** What a consumer has to have on a route; undefined where tokens or certificates do as well. */
function wantedAt({ authenticating }: Spot, map: GatewayMap): Wanted | undefined {
  if (authenticating.length === 0 || authenticating.some(({ name }) => !Object.hasOwn(LOOKED_UP, name)))
    return undefined;
  const strict = authenticating.filter((plugin) => typeof map.field(plugin, 'anonymous').value !== 'string');
  return {
    all: strict.length > 0,
    plugins: (strict.length > 0 ? strict : authenticating).flatMap(({ name }) => {
      const collection = LOOKED_UP[name]?.collection;
      return collection === undefined ? [] : [{ plugin: name, collection }];
    }),
  };
}

/** A claim that is one consumer's custom_id and another's username finds the first of the two in `consumer_by`. */
function lookAtNames({ gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const both = map
    .pluginsNamed('openid-connect', 'ldap-auth-advanced', 'mtls-auth')
    .find((plugin) =>
      ['username', 'custom_id'].every((kind) => textsIn(map.field(plugin, 'consumer_by').value).includes(kind)),
    );
  if (both === undefined) return;
  for (const consumer of gateway.consumers) {
    const other = typeof consumer.custom_id === 'string' ? map.consumerNamed(consumer.custom_id) : undefined;
    if (other === undefined || other === consumer || other.id === consumer.custom_id) continue;
    results.failed(
      subjectFor('consumer', consumer),
      `The custom_id of ${nameOf(consumer)} is the username of another consumer, and ${map.subjectOf(both).name} looks a claim up as both: the request may become the wrong one.`,
      'Set config.consumer_by to the one field that the claim is meant for.',
      'consumer-not-mapped',
    );
  }
}
