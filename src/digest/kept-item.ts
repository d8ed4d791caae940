// An item of a digest that was kept: read back, and the requests of its period as the metrics that the diagnosis reads.
import { z } from 'zod';
import { type DiagnoseSubject, type DigestItem, ITEM_KINDS } from './item.ts';
import { asSnapshot, type DigestSnapshot } from './snapshot.ts';
import { FAILURE_STATUSES, type PeriodTraffic, type RequestCount } from './traffic.ts';

const Item = z.object({
  id: z.string(),
  kind: z.enum(ITEM_KINDS),
  weight: z.number(),
  headline: z.string(),
  says: z.string(),
  details: z.array(z.string()),
  diagnose: z.object({
    type: z.enum(['gateway', 'service', 'route', 'consumer', 'plugin', 'upstream', 'certificate', 'identity-provider']),
    name: z.string(),
    id: z.string().exactOptional(),
    from: z.number().exactOptional(),
    to: z.number(),
    status: z.number().exactOptional(),
  }),
});
const Payload = z.object({ snapshot: z.unknown(), items: z.array(Item) });

export interface ItemOfDigest {
  readonly item: DigestItem;
  /** Undefined for one of another version. */
  readonly snapshot: DigestSnapshot | undefined;
}

/**
 * Finds an item in what was kept of a digest.
 * @param payload as it came from the store
 * @returns undefined for another form, and for an item that is not in it
 */
export function itemIn(payload: unknown, id: string): ItemOfDigest | undefined {
  const parsed = Payload.safeParse(payload);
  const item = parsed.data?.items.find((one) => one.id === id);
  return item === undefined ? undefined : { item, snapshot: asSnapshot(parsed.data?.snapshot) };
}

/** Lines; the busiest of a large gateway tell the rest nothing new. */
const LINES = 400;

/**
 * The requests that an item is about and those beside them, as Kong's metrics text: what fails with its status, and
 * what does not fail, of every service that it concerns.
 * @returns empty where nothing was counted
 */
export function metricsOf(traffic: Pick<PeriodTraffic, 'requests'>, subject: DiagnoseSubject): string {
  const services = new Set(traffic.requests.filter((one) => isAbout(one, subject)).map(({ service }) => service));
  const isFailure = ({ status }: RequestCount): boolean => FAILURE_STATUSES.includes(status);
  const { status: wanted } = subject;
  const shown = traffic.requests
    .filter((one) => services.has(one.service))
    .filter((one) => !isFailure(one) || wanted === undefined || one.status === wanted)
    .toSorted((one, other) => Number(isFailure(other)) - Number(isFailure(one)) || other.count - one.count)
    .slice(0, LINES);
  return shown.map(lineOf).join('\n');
}

function isAbout({ service, route, consumer }: RequestCount, { type, name }: DiagnoseSubject): boolean {
  switch (type) {
    case 'service':
      return service === name;
    case 'route':
      return route === name;
    case 'consumer':
      return consumer === name;
    default:
      return true;
  }
}

function lineOf({ service, route, status, source, consumer, count }: RequestCount): string {
  const labels = {
    service,
    route,
    code: String(status),
    // The metrics' own word for the upstream.
    ...(source === undefined ? {} : { source: source === 'upstream' ? 'service' : source }),
    ...(consumer === undefined ? {} : { consumer }),
  };
  const written = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return `kong_http_requests_total{${written.join(',')}} ${Math.max(1, Math.round(count))}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
