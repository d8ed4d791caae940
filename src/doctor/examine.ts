// The verb: reads a gateway's configuration, runs every check on it, and says for each whether it passed.
import { readFileSync } from 'node:fs';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import type { AdminClient } from '../kong/client.ts';
import { executionAt } from '../kong/execution.ts';
import { judge } from '../kong/judge.ts';
import { GatewayReading } from '../kong/read.ts';
import { type GatewaySnapshot, type RawEntity, readSnapshot } from '../kong/snapshot.ts';
import type { Check, CheckResult, Examination, RecentToken } from './check.ts';
import { referenced } from './gateway-map.ts';
import { CHECKS } from './index.ts';
import { feedMaterial } from './material.ts';
import { hostsNamedBy, type ProviderKeys, publishedKeys } from './providers.ts';
import { createReach, type Reach, type ReachOptions } from './reach.ts';
import { GATEWAY } from './results.ts';

/** Checks under way at once: each may wait for a provider. */
const AT_ONCE = 4;

/** What an examination is narrowed to. */
export interface Scope {
  readonly type: 'service' | 'route';
  /** Name or id. */
  readonly name: string;
}

export interface ExamineOptions {
  /** Key of the fingerprints, at least 16 bytes. */
  readonly key: Uint8Array;
  /** The instant to judge by, ms since 1970. */
  readonly now: number;
  readonly gateway: GatewaySettings;
  readonly scope?: Scope;
  readonly targetVersion?: string;
  readonly tokens?: readonly RecentToken[];
  /** What was read of the gateway already; it is not read again then. */
  readonly snapshot?: GatewaySnapshot;
  /** How identity providers are called; without it by the guarded calls to hosts that the gateway or its settings name. */
  readonly reach?: Reach;
  /** Called before each step, with the number of steps done. */
  readonly onProgress?: (done: number, of: number, title: string) => void;
  /** Called for a check that broke; its result says so, too. */
  readonly onFault?: (check: string, error: unknown) => void;
}

/** Every text redacted. */
export interface DoctorReport {
  /** Name of the gateway in the settings. */
  readonly gateway: string;
  readonly scope?: Scope;
  readonly version?: string;
  readonly targetVersion?: string;
  /** In the order of the checks. */
  readonly results: readonly CheckResult[];
  /** Keys of the identity providers that were seen. */
  readonly providers: readonly ProviderKeys[];
  /** Checks that had nothing to look at. */
  readonly idle: readonly string[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
  readonly diagnosis: Diagnosis;
}

/** A company's authority, named for the Admin API, signs its provider's certificate as a rule. */
function reachOptions(gateway: GatewaySnapshot, settings: GatewaySettings): ReachOptions {
  const hosts = hostsNamedBy(gateway, settings);
  return settings.caCert === undefined ? { hosts } : { hosts, ca: readFileSync(settings.caCert, 'utf8') };
}

/**
 * Examines a gateway.
 * @throws KongauthError `kong-...` when its configuration cannot be read, `usage` for a name that is a path; nothing for
 * what a check finds
 */
export async function examine(client: AdminClient, options: ExamineOptions): Promise<DoctorReport> {
  const { key, now, scope, targetVersion, tokens, onProgress } = options;
  const steps = CHECKS.length + 2;
  const reading = new GatewayReading(client, key);
  onProgress?.(0, steps, 'Reading the configuration');
  // A name that does not exist is told before thousands of entities are read.
  const at = scope === undefined ? undefined : await reading.entity(`${scope.type}s`, scope.name);
  const whole = options.snapshot ?? (await readSnapshot(reading));
  // Version and settings decide which defaults and known issues apply.
  if (options.snapshot !== undefined && whole.root.version !== undefined) reading.feed('GET /', whole.root);
  const gateway = scope === undefined || at === undefined ? whole : narrowed(whole, scope.type, at);
  const reach = options.reach ?? createReach(reachOptions(gateway, options.gateway));
  const examination: Examination = {
    gateway,
    ...(gateway === whole ? {} : { whole }),
    reach,
    now,
    ...(targetVersion === undefined ? {} : { targetVersion }),
    ...(tokens === undefined ? {} : { tokens }),
  };
  let done = 1;
  let results: readonly (readonly CheckResult[])[];
  let providers: readonly ProviderKeys[];
  try {
    results = await inOrder(CHECKS, async (check) => {
      onProgress?.(done, steps, check.title);
      const found = await outcomeOf(check, examination, options.onFault);
      done += 1;
      return found;
    });
    providers = await publishedKeys(examination);
  } finally {
    if (options.reach === undefined) await reach.close();
  }
  onProgress?.(steps - 1, steps, 'Looking for causes');
  feedMaterial(reading, gateway);
  learnFrom(results.flat(), gateway, reading);
  const diagnosis = await judge(reading, { key, now });
  return await reading.sealed({
    gateway: options.gateway.name,
    ...(scope === undefined ? {} : { scope }),
    ...(gateway.root.version === undefined ? {} : { version: gateway.root.version }),
    ...(targetVersion === undefined ? {} : { targetVersion }),
    results: results.flat(),
    providers,
    idle: CHECKS.flatMap(({ name }, index) => (results[index]?.length === 0 ? [name] : [])),
    notes: [...new Set(reading.notes)],
    diagnosis,
  });
}

async function outcomeOf(
  check: Check,
  examination: Examination,
  onFault: ExamineOptions['onFault'],
): Promise<readonly CheckResult[]> {
  try {
    return await check.run(examination);
  } catch (error) {
    onFault?.(check.name, error);
    // The words of a foreign error may quote what it stumbled over.
    const kind = error instanceof KongauthError ? error.code : error instanceof Error ? error.name : 'unknown';
    const says = `The check itself broke (${kind}), so what it looks at is open.`;
    return [{ check: check.name, verdict: 'could-not-look', subject: GATEWAY, says, advice: 'Please report this.' }];
  }
}

/** Runs a few at once; the answers stand in the order of the items. */
async function inOrder<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers = new Map<number, R>();
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) answers.set(index, await run(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return [...answers].sort(([one], [other]) => one - other).map(([, answer]) => answer);
}

/** Secrets of the plugins that results are about: a sentence may name a neighbouring field. */
function learnFrom(results: readonly CheckResult[], { plugins }: GatewaySnapshot, reading: GatewayReading): void {
  const named = new Set(results.flatMap(({ subject }) => subject.id ?? []));
  for (const { id, raw } of plugins) if (id !== undefined && named.has(id)) reading.seen('plugin', raw);
}

/** Only what requests of that service or route meet. */
function narrowed(gateway: GatewaySnapshot, type: Scope['type'], at: RawEntity): GatewaySnapshot {
  const routes = gateway.routes.filter((route) =>
    type === 'route' ? route.id === at.id : referenced(route, 'service') === at.id,
  );
  const services = gateway.services.filter(({ id }) =>
    type === 'service' ? id === at.id : id === referenced(at, 'service'),
  );
  const [service] = services;
  const inService = typeof service?.id === 'string' ? { service: service.id } : {};
  const met = new Set(
    routes.flatMap((route) => {
      const { running, sometimes } = executionAt(gateway.plugins, { route: String(route.id), ...inService });
      return [...running, ...sometimes];
    }),
  );
  return { ...gateway, routes, services, plugins: gateway.plugins.filter((plugin) => met.has(plugin)) };
}
