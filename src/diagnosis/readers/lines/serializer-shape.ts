// Which values of a log serializer's entry are relied on, and below which keys they stand.
import { viewOf } from './value-table.ts';

/** Values that are found; each is one number in the arrays of a scan. */
export const FIELDS = [
  'uri',
  'method',
  'agent',
  'status',
  'server',
  'via',
  'upstreamStatus',
  'source',
  'proxy',
  'consumerId',
  'consumerUsername',
  'consumerCustomId',
  'credentialId',
  'routeId',
  'routeName',
  'serviceId',
  'serviceName',
  'client',
  'startedAt',
  'tryIp',
  'tryPort',
] as const;
export type Field = (typeof FIELDS)[number];

/** What stands below a key: a value that is recorded, or an object (or list of objects) that is walked. */
export interface Member {
  readonly name: DataView;
  readonly field: number;
  readonly walk: Shape | undefined;
  /** Whether the same few objects come again and again, so that known ones are compared and not walked. */
  readonly recurs: boolean;
}
/** Members in the slot that length and first letter of their key give, or the next free one. */
export interface Shape {
  readonly members: readonly Member[];
  readonly slots: readonly (Member | undefined)[];
}

export const SLOTS = 64;
const RECURRING = new Set(['consumer', 'route', 'service']);

/** The slot in which the search for a key begins. */
export function slotOf(length: number, first: number): number {
  return (length * 5 + first) & (SLOTS - 1);
}

function shapeOf(keys: Readonly<Record<string, Field | Shape>>): Shape {
  const slots: (Member | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  const members = Object.entries(keys).map(([name, member]): Member => {
    const made = {
      name: viewOf(Buffer.from(name)),
      field: typeof member === 'string' ? FIELDS.indexOf(member) : -1,
      walk: typeof member === 'string' ? undefined : member,
      recurs: RECURRING.has(name),
    };
    let slot = slotOf(name.length, name.charCodeAt(0));
    while (slots[slot] !== undefined) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = made;
    return made;
  });
  return { members, slots };
}

/** The entry as far as it is relied on. */
export const ENTRY = shapeOf({
  request: shapeOf({ uri: 'uri', method: 'method', headers: shapeOf({ 'user-agent': 'agent' }) }),
  response: shapeOf({ status: 'status', headers: shapeOf({ server: 'server', via: 'via' }) }),
  upstream_status: 'upstreamStatus',
  source: 'source',
  latencies: shapeOf({ proxy: 'proxy' }),
  tries: shapeOf({ ip: 'tryIp', port: 'tryPort' }),
  consumer: shapeOf({ id: 'consumerId', username: 'consumerUsername', custom_id: 'consumerCustomId' }),
  authenticated_entity: shapeOf({ id: 'credentialId' }),
  route: shapeOf({ id: 'routeId', name: 'routeName' }),
  service: shapeOf({ id: 'serviceId', name: 'serviceName' }),
  client_ip: 'client',
  started_at: 'startedAt',
});
