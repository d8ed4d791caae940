// What one digest saw of a gateway, kept for the next one: redacted, bounded, versioned.
import { z } from 'zod';
import { KongauthError } from '../errors.ts';

const Name = z.string().max(2000);
const Count = z.number().nonnegative();
const RequestCount = z.object({
  service: Name,
  route: Name,
  status: z.number().int(),
  source: z.enum(['kong', 'upstream']).exactOptional(),
  consumer: Name.exactOptional(),
  count: Count,
});
const Reached = z.array(z.object({ service: Name, route: Name, count: Count }));
const Tally = z.object({ requests: Count, failed: Count });
const Point = Tally.extend({ from: z.number(), to: z.number(), services: z.record(z.string(), Tally) });

const Entity = z.object({
  type: z.string(),
  /** As people know it. */
  name: z.string(),
  id: z.string().exactOptional(),
  /** `the route orders`, `the consumer web`; absent for what is attached to nothing. */
  on: z.string().exactOptional(),
  /** Dotted paths to values as JSON; secrets as kind and fingerprint. */
  fields: z.record(z.string(), z.string()),
});
export type ConfiguredEntity = z.infer<typeof Entity>;

const Snapshot = z.object({
  version: z.literal(1),
  gateway: z.string(),
  /** ms since 1970 */
  at: z.number(),
  source: z.enum(['status', 'prometheus', 'none']),
  traffic: z
    .object({
      from: z.number().exactOptional(),
      to: z.number(),
      requests: z.array(RequestCount),
      reachedUpstream: Reached.exactOptional(),
      consumers: z.array(z.object({ consumer: Name, count: Count })).exactOptional(),
      points: z.array(Point),
    })
    .exactOptional(),
  /** Of one node since its start; the next digest subtracts them. */
  counters: z
    .object({ node: z.string().exactOptional(), requests: z.array(RequestCount), reachedUpstream: Reached })
    .exactOptional(),
  /** One point a digest, oldest first, where metrics know no past of their own. */
  history: z.array(Point),
  configuration: z
    .object({
      /** Tells whether fingerprints of two snapshots can be compared. */
      key: z.string(),
      entities: z.array(Entity),
    })
    .exactOptional(),
  dataPlanes: z
    .array(
      z.object({
        hostname: z.string(),
        version: z.string().exactOptional(),
        configurationHash: z.string().exactOptional(),
        syncStatus: z.string().exactOptional(),
        /** ms since 1970 */
        lastSeen: z.number().exactOptional(),
      }),
    )
    .exactOptional(),
  targets: z
    .array(
      z.object({ upstream: z.string(), target: z.string(), health: z.string(), weight: z.number().exactOptional() }),
    )
    .exactOptional(),
  certificates: z
    .array(z.object({ name: z.string(), id: z.string(), expires: z.number(), isAuthority: z.boolean() }))
    .exactOptional(),
  checks: z
    .array(
      z.object({
        check: z.string(),
        verdict: z.enum(['passed', 'failed', 'could-not-look']),
        subject: z.object({ type: z.string(), name: z.string(), id: z.string().exactOptional() }),
        says: z.string(),
        advice: z.string().exactOptional(),
        cause: z.string().exactOptional(),
      }),
    )
    .exactOptional(),
  /** Identity providers by issuer, with the ids of the keys that they publish. */
  providers: z.array(z.object({ name: z.string(), keyIds: z.array(z.string()) })).exactOptional(),
  /** What a digest cannot do without and did not get, in sentences. */
  failures: z.array(z.object({ of: z.enum(['configuration', 'metrics']), says: z.string() })),
  /** What else could not be read, in sentences. */
  notes: z.array(z.string()),
});
/** JSON as it is. */
export type DigestSnapshot = z.infer<typeof Snapshot>;

/** A kept snapshot; undefined for another form or version. */
export function asSnapshot(value: unknown): DigestSnapshot | undefined {
  const parsed = Snapshot.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Reads a kept snapshot.
 * @throws KongauthError `input-unreadable` for another form or version
 */
export function readDigestSnapshot(text: string): DigestSnapshot {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KongauthError('input-unreadable', 'The earlier snapshot is no whole JSON; give another one or none.', {
      cause: error,
    });
  }
  const snapshot = asSnapshot(value);
  if (snapshot !== undefined) return snapshot;
  throw new KongauthError(
    'input-unreadable',
    'The earlier snapshot has another form or version than this program writes; give another one or none.',
  );
}
