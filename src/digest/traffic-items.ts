// Significant changes of requests as items, in sentences.
import type { RateFinding, TrafficFinding, VolumeFinding } from './compare.ts';
import { type DiagnoseSubject, type DigestItem, item } from './item.ts';
import { rateOf } from './traffic.ts';
import { counted, many, named, share } from './words.ts';

type Period = Pick<DiagnoseSubject, 'from' | 'to'>;

/** One item for each finding. */
export function trafficItems(findings: readonly TrafficFinding[], period: Period): readonly DigestItem[] {
  return findings.map((finding) => (finding.kind === 'rate' ? rateItem(finding, period) : volumeItem(finding, period)));
}

/** `Route `list` of `orders``, or the service, or the consumer. */
function whereOf({ service, route, consumer }: Pick<RateFinding, 'service' | 'route' | 'consumer'>): string {
  if (consumer !== undefined) return `Consumer ${named(consumer)}`;
  if (route === '') return service === '' ? 'All requests' : `Service ${named(service)}`;
  return service === '' ? `Route ${named(route)}` : `Route ${named(route)} of ${named(service)}`;
}

function subjectOf(
  { service, route, consumer }: Pick<RateFinding, 'service' | 'route' | 'consumer'>,
  period: Period,
): DiagnoseSubject {
  if (consumer !== undefined) return { type: 'consumer', name: consumer, ...period };
  if (route !== '') return { type: 'route', name: route, ...period };
  return service === '' ? { type: 'gateway', name: '', ...period } : { type: 'service', name: service, ...period };
}

function rateItem(finding: RateFinding, period: Period): DigestItem {
  const { trend, status, now, before, week, consumer, most, answeredBy } = finding;
  const where = whereOf(finding);
  const past = [
    ...(before === undefined ? [] : [`${share(rateOf(before))} in the period before`]),
    ...(week === undefined ? [] : [`${share(rateOf(week))} a week ago`]),
  ].join(' and ');
  const verb = consumer === undefined ? `answers ${status} to` : `gets ${status} for`;
  const figures = `${verb} ${share(rateOf(now))} of ${many(now.requests, 'request')}`;
  const says = {
    worse: `${where} ${figures}; it was ${past}.`,
    new: `${where} is new and ${figures}.`,
    still: `${where} still ${figures}; it was ${past}.`,
    better: `${where} has recovered: it ${figures}, after ${past}.`,
  }[trend];
  const severity = { worse: 55, new: 50, still: 40, better: 10 }[trend];
  const bonus = trend === 'better' ? 0 : 20 * rateOf(now) + 5 * Math.min(4, Math.log10(Math.max(1, now.failed)));
  const was = before ?? week;
  return item('failures', severity + bonus, {
    headline:
      `${where.replace(/^[A-Z]/, (letter) => letter.toLowerCase())} ${trend === 'better' ? 'has recovered from' : trend === 'still' ? 'still answers' : consumer === undefined ? 'answers' : 'gets'} ${status}${trend === 'better' ? '' : ` to ${share(rateOf(now))}${was === undefined ? '' : ` (was ${share(rateOf(was))})`}`}`.replace(
        `gets ${status} to`,
        `gets ${status} for`,
      ),
    says,
    details: [
      ...(answeredBy === undefined
        ? []
        : [answeredBy === 'kong' ? 'Kong itself answers them.' : 'The upstream answers them; Kong passes them on.']),
      ...(most === undefined
        ? []
        : [`${named(most.consumer)} gets ${counted(most.failed)} of the ${many(now.failed, 'failure')}.`]),
    ],
    diagnose: { ...subjectOf(finding, period), status },
  });
}

function volumeItem(finding: VolumeFinding, period: Period): DigestItem {
  const { direction, now, before, week } = finding;
  const where = whereOf(finding);
  const past = [
    ...(before === undefined ? [] : [`${counted(before)} in the period before`]),
    ...(week === undefined ? [] : [`${counted(week)} a week ago`]),
  ].join(' and ');
  const was = Math.max(1, before ?? week ?? 1);
  const hasStopped = now <= was * 0.02;
  const change = hasStopped
    ? 'gets no more requests'
    : direction === 'down'
      ? `gets ${share(now / was)} of its requests`
      : `gets ${(now / was).toFixed(1).replace(/\.0$/, '')} times its requests`;
  const says = `${where} got ${many(now, 'request')}; it was ${past}.`;
  return item('traffic', hasStopped ? 70 : direction === 'down' ? 50 : 35, {
    headline: `${where.replace(/^[A-Z]/, (letter) => letter.toLowerCase())} ${change}`,
    says,
    details: [],
    diagnose: subjectOf(finding, period),
  });
}
