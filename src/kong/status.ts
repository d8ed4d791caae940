// inspect status: the node, its workers' memory, upstream health, and the data planes of a control plane.
import { z } from 'zod';
import type { AdminClient } from './client.ts';
import type { InspectOptions } from './inspect.ts';
import type { StatusInspection } from './inspection.ts';
import { judge } from './judge.ts';
import { path } from './path.ts';
import { GatewayReading, type Root } from './read.ts';

/** Upstreams whose health is asked for, one call each. */
const UPSTREAMS = 100;

const Status = z.looseObject({
  database: z.looseObject({ reachable: z.boolean().optional() }).optional(),
  configuration_hash: z.string().optional(),
  memory: z
    .looseObject({
      workers_lua_vms: z
        .array(z.looseObject({ pid: z.number(), http_allocated_gc: z.union([z.string(), z.number()]).optional() }))
        .optional(),
    })
    .optional(),
});
const Health = z.looseObject({
  data: z.array(z.looseObject({ target: z.string(), health: z.string().optional(), weight: z.number().optional() })),
});
const DataPlane = z.looseObject({
  hostname: z.string(),
  version: z.string().nullish(),
  config_hash: z.string().nullish(),
  sync_status: z.string().nullish(),
  last_seen: z.number().nullish(),
});

/**
 * Looks at the node and what it knows of its neighbours.
 * @throws KongauthError `kong-...` when nothing is there that answers; what a node or token does not tell becomes a note
 */
export async function inspectStatus(client: AdminClient, options: InspectOptions): Promise<StatusInspection> {
  const reading = new GatewayReading(client, options.key);
  const [root, told] = await Promise.all([
    reading.root(),
    reading.ifTold(reading.ifThere(reading.get(path('status'), Status))),
  ]);
  if (told !== undefined) reading.feed('GET /status', told);
  const isSilent = told === undefined && root.version === undefined;
  if (isSilent) {
    // Konnect tells nothing of nodes, and neither does an address that is no Admin API: entities tell them apart.
    await reading.list(path('upstreams'));
    reading.notes.push(
      'Nothing is told of a node here (Konnect does not): its version, memory and health are on the Status API of a data plane.',
    );
  }
  const status = told ?? {};
  const [upstreams, dataPlanes] = await Promise.all([
    upstreamsOf(reading),
    isSilent ? undefined : dataPlanesOf(reading, root),
  ]);
  const node: StatusInspection['node'] = {
    hostname: root.hostname,
    id: root.node_id,
    version: root.version,
    edition: root.edition,
    role: root.configuration?.role,
    database: root.configuration?.database,
    databaseReachable: status.database?.reachable,
    configurationHash: status.configuration_hash,
    workers: (status.memory?.workers_lua_vms ?? []).map(({ pid, http_allocated_gc }) => ({
      pid: String(pid),
      memory: String(http_allocated_gc ?? 'unknown'),
    })),
  };
  const diagnosis = await judge(reading, options);
  const { notes } = reading;
  return await reading.sealed({ inspected: 'status' as const, node, upstreams, dataPlanes, notes, diagnosis });
}

/** Health of the targets of every upstream; those that are not told are left out, with a note. */
export async function upstreamsOf(reading: GatewayReading): Promise<StatusInspection['upstreams']> {
  const all = (await reading.ifTold(reading.list(path('upstreams')))) ?? [];
  const asked = all.slice(0, UPSTREAMS);
  if (asked.length < all.length)
    reading.notes.push(`Health was asked for the first ${asked.length} of ${all.length} upstreams.`);
  const looked = await Promise.all(
    asked.map(async ({ name }) => {
      const at = path('upstreams', String(name), 'health');
      const health = await reading.ifTold(reading.ifThere(reading.get(at, Health)));
      if (health === undefined) return [];
      reading.feed(`GET ${at}`, health);
      const targets = health.data.map(({ target, health: state, weight }) => ({
        target,
        health: state ?? 'unknown',
        weight,
      }));
      return [{ name: String(name), targets }];
    }),
  );
  return looked.flat();
}

/** The data planes of a control plane; undefined where the node is none or does not tell. */
export async function dataPlanesOf(reading: GatewayReading, root: Root): Promise<StatusInspection['dataPlanes']> {
  const role = root.configuration?.role;
  if (role !== undefined && role !== 'control_plane') {
    reading.notes.push(`The node's role is ${role}: only a control plane tells of data planes.`);
    return undefined;
  }
  const list = await reading.ifTold(reading.list(path('clustering', 'data-planes')));
  if (list !== undefined && list.length > 0) reading.feed('GET /clustering/data-planes', { data: list, next: null });
  return list?.flatMap((item) => {
    const parsed = DataPlane.safeParse(item);
    if (!parsed.success) return [];
    const { hostname, version, config_hash, sync_status, last_seen } = parsed.data;
    return [
      {
        hostname,
        version: version ?? undefined,
        configurationHash: config_hash ?? undefined,
        syncStatus: sync_status ?? undefined,
        lastSeen: last_seen == null ? undefined : new Date(last_seen * 1000).toISOString(),
      },
    ];
  });
}
