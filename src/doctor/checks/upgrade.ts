// upgrade: what a target version would change about authentication for exactly this configuration, and what to pin before.
import { isDeepStrictEqual } from 'node:util';
import {
  AUTH_PLUGINS,
  defaultOf,
  fieldsOf,
  isTlsCheck,
  renamedFieldsOf,
} from '../../diagnosis/facts/plugin-defaults.ts';
import { changesUpTo, isKnownLine } from '../../diagnosis/known-issues/issues-of-gateway.ts';
import type { CauseName } from '../../diagnosis/names.ts';
import { compareVersions, parseVersion } from '../../diagnosis/versions.ts';
import type { LivePlugin } from '../../kong/read.ts';
import type { Check, Examination } from '../check.ts';
import {
  type GatewayMap,
  listAt,
  listed,
  mapOf,
  nameOf,
  settingOf,
  subjectFor,
  textsIn,
  valueAt,
} from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';
import { runningOf } from '../running.ts';

const NAME = 'upgrade';
const CONCERNED = new Set([...AUTH_PLUGINS, 'acl', 'jwt-signer', 'upstream-oauth']);
/** Entities of one change that are told one by one. */
const ONE_BY_ONE = 5;
const NAMED = 10;
/** Protocols of services whose upstream has a certificate. */
const TLS_PROTOCOLS = ['https', 'tls', 'grpcs', 'wss'];
const SECURE_DEFAULTS = [3, 14];

export const upgrade: Check = {
  name: NAME,
  title: 'What an upgrade would change',
  run(examination) {
    const { gateway, targetVersion } = examination;
    if (targetVersion === undefined) return [];
    const results = new Results(NAME);
    const target = parseVersion(targetVersion);
    const running = runningOf(gateway);
    if (target === undefined || !isKnownLine(target))
      results.couldNotLook(
        GATEWAY,
        `Of the target version nothing is known here: 2.8 to 3.15 are.`,
        'Give it as in 3.14.',
      );
    else if (running === undefined)
      results.couldNotLook(
        GATEWAY,
        'The gateway does not tell its version, so what the upgrade changes is open.',
        'Ask one of its nodes: `curl http://localhost:8001/`.',
      );
    else if (!isKnownLine(running.version))
      results.couldNotLook(
        GATEWAY,
        `Of the running version ${running.version.join('.')} nothing is known here: 2.8 to 3.15 are.`,
      );
    else if (compareVersions(target, running.version.slice(0, target.length)) < 0)
      results.couldNotLook(
        GATEWAY,
        `${target.join('.')} is older than the running ${running.version.join('.')}, and Kong knows no way back.`,
      );
    else {
      lookAtDefaults(examination, target, results);
      lookAtNames(examination, results);
      lookAtServices(examination, target, results);
      lookAtRoutes(examination, target, results);
      // Defaults were compared field by field.
      for (const { component, text, changedIn, causes, unlessGiven } of changesUpTo(target, running))
        if (unlessGiven === undefined)
          results.failed(
            { type: 'gateway', name: component },
            text,
            `Try it on a copy of this configuration before ${changedIn[0]} goes live.`,
            causes[0],
          );
    }
    return results.all(`An upgrade to ${targetVersion} changes no default that this configuration leaves open.`);
  },
};

/** A default that changes, and the plugins it changes for. */
interface Change {
  readonly plugin: string;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly unset: LivePlugin[];
  readonly asBefore: LivePlugin[];
}

function lookAtDefaults({ gateway }: Examination, target: readonly number[], results: Results): void {
  const map = mapOf(gateway);
  const changes = new Map<string, Change>();
  const fields = new Map<string, readonly Omit<Change, 'unset' | 'asBefore'>[]>();
  for (const plugin of gateway.plugins) {
    if (!plugin.enabled || !CONCERNED.has(plugin.name)) continue;
    const known = fields.get(plugin.name) ?? changingOf(plugin, map, target);
    fields.set(plugin.name, known);
    for (const changing of known) {
      const stored = valueAt(plugin.raw.config, changing.field);
      const isUnset = stored === undefined || stored === null;
      if (!isUnset && !isDeepStrictEqual(stored, changing.before)) continue;
      const key = `${plugin.name} ${changing.field}`;
      const change = changes.get(key) ?? { ...changing, unset: [], asBefore: [] };
      changes.set(key, change);
      (isUnset ? change.unset : change.asBefore).push(plugin);
    }
  }
  for (const change of changes.values()) {
    tellChange(change, change.unset, 'unset', map, results);
    tellChange(change, change.asBefore, 'as-before', map, results);
  }
}

/** The fields of a plugin whose default is another one at the target. */
function changingOf(
  plugin: LivePlugin,
  map: GatewayMap,
  target: readonly number[],
): readonly Omit<Change, 'unset' | 'asBefore'>[] {
  const fields = new Set([...fieldsOf(plugin.name), ...tlsChecksIn(plugin.raw.config)]);
  return [...fields].flatMap((field) => {
    const [before, after] = [defaultOf(plugin.name, field, map.version), defaultOf(plugin.name, field, target)];
    if (!before.known || !after.known || isDeepStrictEqual(before.value, after.value)) return [];
    return [{ plugin: plugin.name, field, before: before.value, after: after.value }];
  });
}

function tlsChecksIn(value: unknown, prefix = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(isTlsCheck(prefix + name) ? [prefix + name] : []),
    ...tlsChecksIn(inner, `${prefix}${name}.`),
  ]);
}

function tellChange(
  change: Change,
  plugins: readonly LivePlugin[],
  how: 'unset' | 'as-before',
  map: GatewayMap,
  results: Results,
): void {
  const groups = plugins.length <= ONE_BY_ONE ? plugins.map((plugin) => [plugin]) : [plugins];
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const names = listed(
      group.map((plugin) => map.subjectOf(plugin).name),
      NAMED,
    );
    results.failed(
      group.length === 1 ? map.subjectOf(first) : { type: 'plugin', name: names },
      saysOf(change, how, map),
      adviceOf(change, group, map),
      causeOf(change.field),
    );
  }
}

function saysOf({ field, before, after }: Change, how: 'unset' | 'as-before', map: GatewayMap): string {
  const [old, now] = [JSON.stringify(before ?? 'unset'), JSON.stringify(after)];
  if (how === 'unset') return `${field} is not set, which means ${old} now and ${now} after the upgrade.`;
  if (map.deployment === 'db-less')
    return `${field} is ${old}, the default of now; where the declarative file leaves it out, it is ${now} after the upgrade.`;
  return `${field} is ${old}, the default of now; the database keeps that, but a file (decK, Kubernetes) that leaves it out makes it ${now} after the upgrade.`;
}

function adviceOf(
  { field, before, after }: Change,
  [first, ...others]: readonly LivePlugin[],
  map: GatewayMap,
): string {
  if (isTlsCheck(field) || field === 'verify_ldap_host')
    return `Put the authority that signed the peer's certificate into lua_ssl_trusted_certificate before the upgrade; pinning \`${field}: ${JSON.stringify(before ?? false)}\` is refused while tls_certificate_verify is on.`;
  // An unset field had no value before, so what is to be kept is what it meant.
  const pinned = JSON.stringify(before ?? after);
  if (map.deployment === 'db-less' || others.length > 0 || first?.id === undefined || !/^[0-9a-f-]{36}$/.test(first.id))
    return `Write \`${field}: ${pinned}\` into the config of ${others.length > 0 ? 'each of them' : 'this plugin'} before the upgrade.`;
  const body = field.split('.').reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, pinned);
  return `Pin it, here and in the files it comes from: \`curl -X PATCH http://localhost:8001/plugins/${first.id} --json '{"config":${body}}'\`.`;
}

function causeOf(field: string): CauseName {
  if (field === 'hide_credentials') return 'auth-header-not-forwarded';
  if (isTlsCheck(field)) return 'idp-tls-untrusted';
  return field === 'algorithms' ? 'signed-request-mismatch' : 'dependency-unavailable';
}

/** Fields under names that later versions no longer know. */
function lookAtNames({ gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const byName = new Map<string, LivePlugin[]>();
  for (const plugin of gateway.plugins)
    for (const { field, before } of renamedFieldsOf(plugin.name))
      for (const old of before) {
        const isOld = valueAt(plugin.raw.config, old) != null && valueAt(plugin.raw.config, field) == null;
        if (isOld) listAt(byName, `${old} ${field}`).push(plugin);
      }
  for (const [key, plugins] of byName) {
    const [old, field] = key.split(' ');
    const names = listed(
      plugins.map((plugin) => map.subjectOf(plugin).name),
      NAMED,
    );
    results.failed(
      { type: 'plugin', name: names },
      `${old} is called ${field} in later versions, which may refuse the old name.`,
      `Write \`${field}\` in place of \`${old}\` into the files it comes from.`,
      'config-invalid',
    );
  }
}

function crosses(map: GatewayMap, target: readonly number[]): boolean {
  return (
    map.version !== undefined &&
    compareVersions(map.version, SECURE_DEFAULTS) < 0 &&
    compareVersions(target, SECURE_DEFAULTS) >= 0
  );
}

/** With tls_certificate_verify, which is on since 3.14, certificates of upstreams count. */
function lookAtServices({ gateway }: Examination, target: readonly number[], results: Results): void {
  const isOnNow = ['on', true].includes(settingOf(gateway, 'tls_certificate_verify') as string | boolean);
  if (!crosses(mapOf(gateway), target) || isOnNow) return;
  const services = gateway.services.filter(
    ({ protocol, tls_verify }) => TLS_PROTOCOLS.includes(String(protocol)) && tls_verify !== true,
  );
  const [first] = services;
  if (first === undefined) return;
  const names = listed(
    services.map((service) => nameOf(service)),
    NAMED,
  );
  results.failed(
    services.length === 1 ? subjectFor('service', first) : { type: 'service', name: names },
    `The upstream's certificate is not verified now (tls_verify is not true), and is from 3.14 on: an unknown authority ends in 502.`,
    'Put that authority into lua_ssl_trusted_certificate, set tls_verify to true and try it before the upgrade; or set tls_certificate_verify = off in kong.conf.',
    'upstream-tls-mismatch',
  );
}

/** Routes without protocols take https only since 3.14. */
function lookAtRoutes({ gateway }: Examination, target: readonly number[], results: Results): void {
  const map = mapOf(gateway);
  if (!crosses(map, target)) return;
  const routes = gateway.routes.filter(({ protocols }) => {
    const given = textsIn(protocols);
    return given.length === 0 || (given.length === 2 && given.includes('http') && given.includes('https'));
  });
  const [first] = routes;
  if (first === undefined) return;
  const names = listed(
    routes.map((route) => nameOf(route)),
    NAMED,
  );
  results.failed(
    routes.length === 1 ? subjectFor('route', first) : { type: 'route', name: names },
    `protocols are http and https, the default of now; a file that leaves them out means https alone from 3.14 on, and plain HTTP is answered 426.`,
    'Write `protocols: [http, https]` into the files these routes come from, where plain HTTP is wanted.',
    'not-auth',
  );
}
