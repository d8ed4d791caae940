// What an inspection tells: plain values, every text of them redacted.
import type { Diagnosis } from '../diagnosis/diagnosis.ts';

export const INSPECTED = ['service', 'route', 'consumer', 'plugin'] as const;
export type Inspected = (typeof INSPECTED)[number];

/** An entity as it lies in the gateway. */
export interface EntitySeen {
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** `the route orders`, `every request`; for plugins what they are attached to. */
  readonly scope: string | undefined;
  /** Fields of the Admin API; secrets are kind and fingerprint. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A plugin on the requests in question. */
export interface PluginSeen {
  readonly name: string;
  readonly id: string | undefined;
  /** Of the access phase; more runs earlier. */
  readonly priority: number;
  readonly scope: string;
}

/** Which plugins meet on a request. */
export interface PluginsSeen {
  /** In execution order. */
  readonly running: readonly PluginSeen[];
  /** Only for some of the requests: of one consumer, group or route. In execution order. */
  readonly sometimes: readonly PluginSeen[];
  /** Left out since a more specific instance of the same plugin runs. */
  readonly replaced: readonly PluginSeen[];
}

export interface CredentialSeen {
  readonly type: string;
  /** What the caller sends in clear, or the id where all that is sent is secret. */
  readonly identifier: string;
  /** Of the secret, where there is one: `fp:1f2e3d4c`. */
  readonly fingerprint: string | undefined;
}

/** Which route the failing request would match, where its address was given in place of a name. */
export interface MatchSeen {
  /** `GET api.example.com/orders/7 is answered by the route orders.` */
  readonly headline: string;
  /** Why this one, which others would come next, or why none. */
  readonly why: readonly string[];
}

export interface EntityInspection {
  readonly inspected: Inspected;
  readonly match?: MatchSeen;
  /** One; several where a plugin's name stands for several instances. */
  readonly entities: readonly EntitySeen[];
  /** A route's service, a service's routes, what a plugin is attached to. */
  readonly related: readonly { readonly type: string; readonly name: string }[];
  /** Undefined where several entities were found. */
  readonly plugins: PluginsSeen | undefined;
  readonly credentials: readonly CredentialSeen[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
  readonly diagnosis: Diagnosis;
}

export interface StatusInspection {
  readonly inspected: 'status';
  readonly node: {
    readonly hostname: string | undefined;
    readonly id: string | undefined;
    readonly version: string | undefined;
    readonly edition: string | undefined;
    readonly role: string | undefined;
    /** `off` is DB-less. */
    readonly database: string | undefined;
    readonly databaseReachable: boolean | undefined;
    readonly configurationHash: string | undefined;
    /** Of each worker, as Kong writes it. */
    readonly workers: readonly { readonly pid: string; readonly memory: string }[];
  };
  readonly upstreams: readonly {
    readonly name: string;
    readonly targets: readonly {
      readonly target: string;
      readonly health: string;
      readonly weight: number | undefined;
    }[];
  }[];
  /** Undefined where the node tells of none; a note says why. */
  readonly dataPlanes:
    | readonly {
        readonly hostname: string;
        readonly version: string | undefined;
        readonly configurationHash: string | undefined;
        readonly syncStatus: string | undefined;
        /** ISO 8601. */
        readonly lastSeen: string | undefined;
      }[]
    | undefined;
  readonly notes: readonly string[];
  readonly diagnosis: Diagnosis;
}

export type Inspection = EntityInspection | StatusInspection;
