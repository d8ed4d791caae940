// The one sentence, and what would decide between the first two.

import type { Facts } from '../facts/facts.ts';
import { failures } from '../facts/questions.ts';
import type { Answerer } from '../names.ts';
import type { WeighedCause } from './weigh.ts';

const NAMES: Readonly<Record<Answerer, string>> = {
  kong: 'Kong itself',
  upstream: 'The upstream',
  'identity-provider': 'The identity provider',
  'admin-api': 'The Admin API',
  'front-proxy': 'A proxy in front of Kong',
  unknown: 'Somebody (the paste does not tell who)',
};

/** Who made the failing answers, most frequent first. */
export function answeredBy(
  facts: Facts,
): readonly { readonly by: Answerer; readonly count: number; readonly because: string }[] {
  const counts = new Map<Answerer, { count: number; because: string; sure: number }>();
  const add = (by: Answerer, count: number, because: string, sure: number): void => {
    const seen = counts.get(by);
    if (seen === undefined) counts.set(by, { count, because, sure });
    else {
      seen.count += count;
      if (sure > seen.sure) {
        seen.because = because;
        seen.sure = sure;
      }
    }
  };
  for (const exchange of facts.exchanges) {
    if (exchange.failed && exchange.form !== 'serializer')
      add(exchange.answered.by, 1, exchange.answered.because, exchange.answered.sure);
  }
  const logged =
    facts.exchanges.some((exchange) => exchange.form === 'serializer') ||
    facts.traffic.requests > facts.exchanges.length;
  if (logged) {
    for (const [by, count] of Object.entries(facts.traffic.failedBy))
      add(
        by as Answerer,
        count ?? 0,
        by === 'unknown' ? 'The access log does not say who answered.' : `The log says so (source ${by}).`,
        by === 'unknown' ? 0 : 1,
      );
  }
  return [...counts]
    .map(([by, seen]) => ({ by, count: seen.count, because: seen.because }))
    .sort((one, other) => other.count - one.count);
}

/** One sentence: who answered, what fails, the likeliest cause and how sure. */
export function summaryOf(facts: Facts, findings: readonly WeighedCause[]): string {
  const [who] = answeredBy(facts);
  const [best] = findings;
  const what = whatFails(facts);
  const subject = who === undefined ? '' : `${NAMES[who.by]} answered${what === '' ? '' : ` ${what}`}; `;
  if (best === undefined)
    return who === undefined
      ? 'Nothing in this paste tells what fails yet.'
      : `${subject}the cause cannot be told yet from this paste.`;
  const likely = `${best.cause.title.charAt(0).toLowerCase()}${best.cause.title.slice(1)} (${best.cause.name}, ${Math.round(best.confidence * 100)} %)`;
  return subject === '' ? `Likeliest: ${likely}.` : `${subject}likeliest: ${likely}.`;
}

function whatFails(facts: Facts): string {
  if (facts.traffic.requests > 3 && facts.traffic.failed > 0) {
    const statuses = Object.entries(facts.traffic.byStatus)
      .filter(([status]) => ['400', '401', '403'].includes(status))
      .sort(([, one], [, other]) => other - one)
      .map(([status]) => status);
    return `${statuses.join(' and ')} to ${facts.traffic.failed} of ${facts.traffic.requests} requests`;
  }
  const statuses = new Set(
    [...failures(facts), ...facts.exchanges.filter((exchange) => exchange.failed)]
      .map((exchange) => exchange.response?.status ?? 0)
      .filter((status) => status > 0),
  );
  return [...statuses].join(' and ');
}

/** What would decide between the first two findings, or what to paste when there is none. */
export function asksFor(facts: Facts, findings: readonly WeighedCause[]): readonly string[] {
  const [best, second] = findings;
  if (best === undefined) {
    return [
      ...facts.unreadable.map((item) => `${item.why} ${item.pasteInstead}`),
      'Paste the failing call with its answer: `curl -v https://HOST/PATH` with all headers (secrets are replaced here).',
      "Paste the error log lines of that moment; `curl -s -X PUT 'http://localhost:8001/debug/node/log-level/debug?timeout=300'` shows why a plugin refuses.",
      'Paste the plugins of the route: `curl -s http://localhost:8001/routes/ROUTE/plugins`.',
    ];
  }
  if (best.confidence >= 0.9 || second === undefined) return best.confidence >= 0.75 ? [] : best.cause.checks;
  return [...new Set([...best.cause.checks, ...second.cause.checks])].slice(0, 4);
}
