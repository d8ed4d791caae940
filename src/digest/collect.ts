// Looks at a gateway once: requests, configuration, data planes, health, certificates, checks; what fails is told, not thrown.
import { X509Certificate } from 'node:crypto';
import type { CheckResult } from '../doctor/check.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { GatewayReading } from '../kong/read.ts';
import { type GatewaySnapshot, type RawEntity, readSnapshot } from '../kong/snapshot.ts';
import { dataPlanesOf, upstreamsOf } from '../kong/status.ts';
import { configurationOf } from './configuration.ts';
import { queryPeriod } from './prometheus.ts';
import type { DigestSnapshot } from './snapshot.ts';
import { scrape } from './status-metrics.ts';
import { increase, pointOf } from './traffic.ts';

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A period of a fleet: since the last digest, within these; without one a day. */
const SHORTEST = HOUR / 6;
const LONGEST = 7 * DAY;
/** Points of history; four weeks of digests twice a day. */
const HISTORY = 56;

export interface CollectOptions {
  /** Of the fingerprints; one of the installation, so that later digests see which secret changed. */
  readonly key: Uint8Array;
  /** ms since 1970 */
  readonly now: number;
  readonly previous?: DigestSnapshot;
  /** What was read of the gateway already, with what could not be read; it is not read again then. */
  readonly read?: ReadGateway;
  /** What the doctor found, redacted. */
  readonly results?: readonly CheckResult[];
  /** What the identity providers publish now, where somebody has looked. */
  readonly providers?: readonly ProviderState[];
}

export interface ReadGateway {
  readonly snapshot: GatewaySnapshot;
  readonly notes: readonly string[];
}

export interface ProviderState {
  /** Its issuer. */
  readonly name: string;
  /** `kid` of every key in its key sets. */
  readonly keyIds: readonly string[];
}

/**
 * Everything that a digest tells of, with secrets replaced.
 * @throws KongauthError `settings-invalid` for an address or a file that cannot be used
 */
export async function collect(gateway: GatewaySettings, options: CollectOptions): Promise<DigestSnapshot> {
  const { key, now, previous, results, providers } = options;
  const client = new AdminClient(gateway);
  try {
    const reading = new GatewayReading(client, key);
    const failures: DigestSnapshot['failures'] = [];
    const failed = (of: 'configuration' | 'metrics') => (error: unknown) => {
      if (!(error instanceof KongauthError) || error.code === 'settings-invalid') throw error;
      failures.push({ of, says: error.message });
      return undefined;
    };
    const [metrics, configured] = await Promise.all([
      metricsOf(gateway, now, previous, reading.notes).catch(failed('metrics')),
      configuredOf(reading, key, options.read).catch(failed('configuration')),
    ]);
    const snapshot: DigestSnapshot = {
      version: 1,
      gateway: gateway.name,
      at: now,
      source: sourceOf(gateway),
      history: previous?.history ?? [],
      ...metrics,
      ...configured,
      ...(results === undefined ? {} : { checks: results.map(checkOf) }),
      ...(providers === undefined
        ? {}
        : { providers: providers.map(({ name, keyIds }) => ({ name, keyIds: [...keyIds] })) }),
      failures,
      notes: [...new Set(reading.notes)],
    };
    return await reading.sealed(snapshot);
  } finally {
    await client.close();
  }
}

function sourceOf({ prometheusUrl, statusUrl }: GatewaySettings): DigestSnapshot['source'] {
  if (prometheusUrl !== undefined) return 'prometheus';
  return statusUrl === undefined ? 'none' : 'status';
}

/** Where the period of a fleet begins. */
function beginOf(now: number, previous: DigestSnapshot | undefined): number {
  const since = previous === undefined ? DAY : now - previous.at;
  return now - Math.min(LONGEST, Math.max(SHORTEST, since));
}

type Metrics = Pick<DigestSnapshot, 'history'> & Partial<Pick<DigestSnapshot, 'traffic' | 'counters'>>;

async function metricsOf(
  gateway: GatewaySettings,
  now: number,
  previous: DigestSnapshot | undefined,
  notes: string[],
): Promise<Metrics> {
  const { prometheusUrl, statusUrl } = gateway;
  if (prometheusUrl !== undefined) {
    const traffic = await queryPeriod(prometheusUrl, beginOf(now, previous), now);
    return { traffic: plain(traffic), history: [] };
  }
  if (statusUrl === undefined) return { history: [] };
  const counters = plain(await scrape(statusUrl));
  const past = previous?.history ?? [];
  if (previous?.counters === undefined) {
    const { requests, reachedUpstream } = counters;
    return { counters, traffic: { to: now, requests, reachedUpstream, points: [] }, history: past };
  }
  const { requests, reachedUpstream, restarted } = increase(previous.counters, counters);
  if (restarted)
    notes.push(
      'The node began to count anew since the last digest (a restart, or another node): what came before is lost.',
    );
  const from = previous.at;
  return {
    counters,
    traffic: plain({ from, to: now, requests, reachedUpstream, points: [] }),
    history: [...past, plain(pointOf(requests, from, now))].slice(-HISTORY),
  };
}

/** A copy that JSON could have made: the snapshot's own form. */
function plain<T>(value: T): Mutable<T> {
  return structuredClone(value) as Mutable<T>;
}
type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };

type Configured = Pick<DigestSnapshot, 'configuration' | 'dataPlanes' | 'targets' | 'certificates'>;

async function configuredOf(
  reading: GatewayReading,
  key: Uint8Array,
  read: ReadGateway | undefined,
): Promise<Configured> {
  const snapshot = read?.snapshot ?? (await readSnapshot(reading));
  reading.notes.push(...(read?.notes ?? []));
  const [upstreams, dataPlanes] = await Promise.all([
    upstreamsOf(reading),
    snapshot.dataPlanes === undefined ? undefined : dataPlanesOf(reading, snapshot.root),
  ]);
  return {
    configuration: configurationOf(snapshot, reading, key),
    targets: (upstreams ?? []).flatMap(({ name, targets }) =>
      targets.map(({ target, health, weight }) => ({
        upstream: name,
        target,
        health,
        ...(weight === undefined ? {} : { weight }),
      })),
    ),
    ...(dataPlanes === undefined
      ? {}
      : {
          dataPlanes: dataPlanes.map(({ hostname, version, configurationHash, syncStatus, lastSeen }) => ({
            hostname,
            ...(version === undefined ? {} : { version }),
            ...(configurationHash === undefined ? {} : { configurationHash }),
            ...(syncStatus === undefined ? {} : { syncStatus }),
            ...(lastSeen === undefined ? {} : { lastSeen: Date.parse(lastSeen) }),
          })),
        }),
    certificates: certificatesOf(snapshot),
  };
}

function certificatesOf({ certificates, caCertificates }: GatewaySnapshot): NonNullable<Configured['certificates']> {
  return [
    ...(certificates ?? []).flatMap((raw) => certificateOf(raw, false)),
    ...(caCertificates ?? []).flatMap((raw) => certificateOf(raw, true)),
  ];
}

/** When a certificate of the Admin API expires; nothing where that cannot be told. */
export function certificateOf(raw: RawEntity, isAuthority: boolean): NonNullable<Configured['certificates']> {
  if (typeof raw.cert !== 'string') return [];
  try {
    const { subject, validTo } = new X509Certificate(raw.cert);
    const snis = Array.isArray(raw.snis) ? raw.snis.filter((sni) => typeof sni === 'string') : [];
    const common = /^CN=(.{1,200})$/m.exec(subject)?.[1];
    const name = snis.length > 0 ? snis.slice(0, 3).join(', ') : (common ?? String(raw.id ?? 'without a name'));
    return [{ name, id: String(raw.id ?? ''), expires: Date.parse(validTo), isAuthority }];
  } catch {
    // A reference to a vault, or no certificate: the doctor's check says which.
    return [];
  }
}

function checkOf({
  check,
  verdict,
  subject,
  says,
  advice,
  cause,
}: CheckResult): NonNullable<DigestSnapshot['checks']>[number] {
  return {
    check,
    verdict,
    subject: { ...subject },
    says,
    ...(advice === undefined ? {} : { advice }),
    ...(cause === undefined ? {} : { cause }),
  };
}
