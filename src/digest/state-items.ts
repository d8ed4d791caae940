// What became wrong about the gateway itself as items: reachability, health, data planes, certificates, checks.
import { GATEWAY } from '../doctor/results.ts';
import { type DigestItem, item } from './item.ts';
import type { ConfiguredEntity, DigestSnapshot } from './snapshot.ts';
import { instant, length, listed, many, named } from './words.ts';

const DAY = 86_400_000;
/** A data plane that was not seen for so long is gone, not out of step. */
const GONE = 10 * 60_000;
/** Days before the end of a certificate at which a digest speaks; from the last one on every day. */
const WARNINGS = [30, 14, 7] as const;

/** Everything that is wrong now and was not told in the last digest, and what stays urgent. */
export function stateItems(now: DigestSnapshot, previous: DigestSnapshot | undefined): readonly DigestItem[] {
  return [
    ...unreadable(now),
    ...healthItems(now, previous),
    ...dataPlaneItems(now),
    ...certificateItems(now, previous),
    ...checkItems(now, previous),
    ...rotationItems(now, previous),
  ];
}

function unreadable({ failures, gateway, at }: DigestSnapshot): readonly DigestItem[] {
  return failures.map(({ of, says }) =>
    item('unreadable', of === 'configuration' ? 100 : 98, {
      headline: of === 'configuration' ? 'the Admin API cannot be read' : 'the metrics cannot be read',
      says,
      details: [],
      diagnose: { type: 'gateway', name: gateway, to: at },
    }),
  );
}

function healthItems(now: DigestSnapshot, previous: DigestSnapshot | undefined): readonly DigestItem[] {
  const byUpstream = Map.groupBy(now.targets ?? [], ({ upstream }) => upstream);
  return [...byUpstream].flatMap(([upstream, targets]) => {
    const used = targets.filter(({ weight }) => weight !== 0);
    const bad = used.filter(({ health }) => isUnhealthy(health));
    if (bad.length === 0) return [];
    const isAll = bad.length === used.length;
    const since = (previous?.targets ?? []).filter(
      (one) => one.upstream === upstream && one.weight !== 0 && isUnhealthy(one.health),
    );
    const isOld = since.length === bad.length;
    return [
      item('health', isAll ? 92 : isOld ? 45 : 65, {
        headline:
          `${isAll ? 'every target' : many(bad.length, 'target')} of upstream ${named(upstream)} is unhealthy`.replace(
            /^(\d+ targets .*) is /,
            '$1 are ',
          ),
        says: `Upstream ${named(upstream)}: ${bad.length} of ${many(used.length, 'target')} ${bad.length === 1 ? 'is' : 'are'} unhealthy${isOld ? ', as in the last digest' : ''}.`,
        details: [`${listed(bad.map(({ target, health }) => `${named(target)} (${health})`))}.`],
        diagnose: { type: 'upstream', name: upstream, to: now.at },
      }),
    ];
  });
}

function isUnhealthy(health: string): boolean {
  return /^(?:unhealthy|dns_error)$/i.test(health);
}

/** Data planes that were not seen for long: gone or cut off, whatever configuration they were last seen with. */
export function silent({ dataPlanes = [], at }: DigestSnapshot): NonNullable<DigestSnapshot['dataPlanes']> {
  return dataPlanes.filter(({ lastSeen }) => lastSeen !== undefined && at - lastSeen >= GONE);
}

/** Data planes that were seen lately and have another configuration than most, or say that they cannot take it. */
export function outOfSync(snapshot: DigestSnapshot): NonNullable<DigestSnapshot['dataPlanes']> {
  const gone = new Set(silent(snapshot));
  const alive = (snapshot.dataPlanes ?? []).filter((plane) => !gone.has(plane));
  const counts = new Map<string, number>();
  for (const { configurationHash: hash } of alive)
    if (hash !== undefined) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  const [common] = [...counts].sort(([, one], [, other]) => other - one);
  return alive.filter(
    ({ configurationHash: hash, syncStatus }) =>
      (syncStatus !== undefined && syncStatus !== 'normal' && syncStatus !== 'unknown') ||
      (hash !== undefined && common !== undefined && hash !== common[0]),
  );
}

function dataPlaneItems(now: DigestSnapshot): readonly DigestItem[] {
  const apart = outOfSync(now);
  const [first] = apart;
  if (first === undefined) return [];
  const which = apart.length === 1 ? `data plane ${named(first.hostname)} is` : `${apart.length} data planes are`;
  return [
    item('data-plane', 75, {
      headline: `${which} out of sync`,
      says: `${which.replace(/^d/, 'D')} out of sync with the control plane, of ${many((now.dataPlanes ?? []).length, 'data plane')}.`,
      details: [
        `${listed(apart.map(({ hostname, syncStatus, version }) => `${named(hostname)} (${[version, syncStatus === undefined || syncStatus === 'normal' ? 'another configuration' : syncStatus].filter((part) => part !== undefined).join(', ')})`))}.`,
      ],
      diagnose: { type: 'gateway', name: now.gateway, to: now.at },
    }),
  ];
}

function certificateItems(now: DigestSnapshot, previous: DigestSnapshot | undefined): readonly DigestItem[] {
  return (now.certificates ?? []).flatMap(({ name, id, expires, isAuthority }) => {
    const left = expires - now.at;
    const warning = WARNINGS.findLast((days) => left <= days * DAY);
    if (warning === undefined) return [];
    // Between two warnings a certificate is only in the line of the state.
    const wasTold = previous !== undefined && expires - previous.at <= warning * DAY && isKnown(previous, id);
    if (wasTold && warning !== WARNINGS.at(-1)) return [];
    const what = `${isAuthority ? 'CA certificate' : 'certificate'} ${named(name)}`;
    const when = left <= 0 ? `expired at ${instant(expires)}` : `expires in ${length(left)}`;
    return [
      item('certificate', left <= 0 ? 95 : warning === 7 ? 82 : warning === 14 ? 60 : 42, {
        headline: `${what} ${left <= 0 ? 'has expired' : when}`,
        says: `${what.replace(/^c/, 'C')} ${when}${left <= 0 ? '' : `, at ${instant(expires)}`}.`,
        details: [],
        diagnose: { type: 'certificate', name, id, to: now.at },
      }),
    ];
  });
}

function isKnown({ certificates = [] }: DigestSnapshot, id: string): boolean {
  return certificates.some((one) => one.id === id);
}

type Check = NonNullable<DigestSnapshot['checks']>[number];

function keyOf({ check, subject }: Check): string {
  return `${check} ${subject.type} ${subject.id ?? subject.name}`;
}

/** Checks of one look that are told one by one; a first look at an old gateway finds many. */
const CHECKS = 5;

/** Checks that fail now and did not fail in the last digest. */
function checkItems(now: DigestSnapshot, previous: DigestSnapshot | undefined): readonly DigestItem[] {
  const known = new Map((previous?.checks ?? []).map((check) => [keyOf(check), check]));
  const failing = (now.checks ?? []).filter(
    (check) => check.verdict === 'failed' && known.get(keyOf(check))?.verdict !== 'failed',
  );
  const isProvider = ({ subject }: Check): boolean => subject.type === 'identity-provider';
  const others = failing.filter((check) => !isProvider(check));
  if (others.length <= CHECKS) return failing.map((check) => checkItem(check, now.at));
  return [
    ...failing.filter(isProvider).map((check) => checkItem(check, now.at)),
    item('check', 52, {
      headline: `${others.length} checks of the configuration fail`,
      says: `${others.length} checks of the configuration fail; \`kongauth doctor\` lists them with what to do.`,
      details: others.slice(0, CHECKS).map(({ says }) => says),
      diagnose: { type: 'gateway', name: now.gateway, to: now.at },
    }),
  ];
}

function checkItem({ check, subject, says, advice }: Check, at: number): DigestItem {
  const isProvider = subject.type === 'identity-provider';
  // Of the gateway's own parts the name says all: `the gateway`, `data plane dp-2`.
  const what = subject.type === 'gateway' ? subject.name : `${subject.type.replace('-', ' ')} ${named(subject.name)}`;
  return item(isProvider ? 'identity-provider' : 'check', isProvider ? 78 : 52, {
    headline: `${what} fails the check ${check}`,
    // A sentence may speak of its subject as `it`.
    says:
      what === GATEWAY.name || says.includes(subject.name)
        ? says
        : `${what.replace(/^[a-z]/, (letter) => letter.toUpperCase())}: ${says}`,
    details: advice === undefined ? [] : [advice],
    diagnose: {
      type: diagnosable(subject.type),
      name: subject.name,
      ...(subject.id === undefined ? {} : { id: subject.id }),
      to: at,
    },
  });
}

/** Identity providers whose keys are others than in the last digest. */
function rotationItems(now: DigestSnapshot, previous: DigestSnapshot | undefined): readonly DigestItem[] {
  const known = new Map((previous?.providers ?? []).map(({ name, keyIds }) => [name, keyIds]));
  return (now.providers ?? []).flatMap(({ name, keyIds }) => {
    const before = known.get(name);
    if (before === undefined || keyIds.length === 0) return [];
    const added = keyIds.filter((kid) => !before.includes(kid));
    const gone = before.filter((kid) => !keyIds.includes(kid));
    if (added.length + gone.length === 0) return [];
    return [
      item('identity-provider', 44, {
        headline: `identity provider ${named(name)} has rotated its keys`,
        says: `Identity provider ${named(name)} has rotated its keys.`,
        details: [
          ...(added.length === 0 ? [] : [`New: ${listed(added.map(named))}.`]),
          ...(gone.length === 0
            ? []
            : [
                `Gone: ${listed(gone.map(named))}; tokens signed with it are refused once Kong has read the keys anew.`,
              ]),
        ],
        diagnose: { type: 'identity-provider', name, to: now.at },
      }),
    ];
  });
}

function diagnosable(type: ConfiguredEntity['type']): DigestItem['diagnose']['type'] {
  return type === 'service' ||
    type === 'route' ||
    type === 'consumer' ||
    type === 'plugin' ||
    type === 'identity-provider'
    ? type
    : 'gateway';
}
