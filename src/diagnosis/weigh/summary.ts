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
  unknown: 'Somebody',
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
  const [best] = findings;
  const who = whoAndWhat(facts);
  if (best === undefined)
    return who === undefined
      ? 'Nothing in this paste tells what fails yet.'
      : `${who}; this paste does not tell the cause yet.`;
  const sure = `(${best.cause.name}, ${Math.round(best.confidence * 100)}%)`;
  const likeliest =
    best.cause.name === 'not-auth'
      ? `most likely no authentication problem${because(best)} ${sure}.`
      : `likeliest cause: ${midSentence(best.cause.title)} ${sure}.`;
  return who === undefined ? `${likeliest.charAt(0).toUpperCase()}${likeliest.slice(1)}` : `${who}; ${likeliest}`;
}

/** What it is instead of authentication, when one short sentence says so. */
function because(best: WeighedCause): string {
  const says = best.evidence[0]?.says ?? '';
  return says.length > 90 || /^Words |\. /.test(says.slice(0, -1)) ? '' : `: ${midSentence(says).replace(/\.$/, '')}`;
}

/** Words that keep their capital inside a sentence although they are no acronyms. */
const NAMES_OF_THINGS = new Set(['Kong', 'Konnect', 'Ping', 'Okta', 'Entra', 'Keycloak', 'Content-Length']);

/** A title or sentence as it reads after a colon: `TLS`, `JWT` and names keep their capitals. */
export function midSentence(text: string): string {
  const [first = ''] = text.split(/[\s’',.:]/, 1);
  if (NAMES_OF_THINGS.has(first) || /^.[^a-z]*[A-Z0-9]/.test(first)) return text;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function whoAndWhat(facts: Facts): string | undefined {
  const [who] = answeredBy(facts);
  if (who === undefined) return withoutAnswer(facts);
  const what = whatFails(facts);
  if (who.by === 'unknown')
    return what === ''
      ? 'A request was refused, and the paste does not tell by whom'
      : `${what.includes(' requests') ? `${what.replace(' to ', ' was the answer to ')}` : `The answer was ${what}`}, and the paste does not tell who gave it`;
  if (what === '') return `${NAMES[who.by]} refused the request`;
  return `${NAMES[who.by]} answered ${what}`;
}

/** Without an answer in the paste: what people report, or which log complains. */
function withoutAnswer(facts: Facts): string | undefined {
  const reported = new Set(
    facts.statements.flatMap(({ text }) => text.slice(0, 2000).match(/(?<![\w.:-])40[013](?![\w-]|\.\d)/g) ?? []),
  );
  if (reported.size > 0)
    return `${listed([...reported].sort())} is reported, and no answer in the paste shows who gave it`;
  const complaint = facts.entries.find((entry) => entry.product === 'kong' && ['error', 'crit'].includes(entry.level));
  return complaint === undefined ? undefined : 'Kong logs an error, and no answer is in the paste';
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function whatFails(facts: Facts): string {
  if (facts.traffic.requests > 3 && facts.traffic.failed > 0) {
    const statuses = Object.entries(facts.traffic.byStatus)
      .filter(([status]) => ['400', '401', '403'].includes(status))
      .sort(([, one], [, other]) => other - one)
      .map(([status]) => status);
    return `${listed(statuses)} to ${facts.traffic.failed} of ${facts.traffic.requests} requests`;
  }
  const statuses = new Set(
    [...failures(facts), ...facts.exchanges.filter((exchange) => exchange.failed)]
      .map((exchange) => exchange.response?.status ?? 0)
      .filter((status) => status > 0),
  );
  return listed([...statuses].map(String));
}

/** Material that a check asks for, and whether the paste already has it: nobody is asked for what he gave. */
const GIVEN: readonly (readonly [RegExp, (facts: Facts) => boolean])[] = [
  [/^Paste (?:some minutes of )?the JSON log\b/, (facts) => facts.exchanges.some(({ form }) => form === 'serializer')],
  [/^Paste the provider’s discovery document\b/, (facts) => facts.discoveries.length > 0],
];

/** The checks of a cause that this paste leaves open. */
export function openChecks(facts: Facts, checks: readonly string[]): readonly string[] {
  return checks.filter((check) => !GIVEN.some(([asks, isGiven]) => asks.test(check) && isGiven(facts)));
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
  const ofBest = openChecks(facts, best.cause.checks);
  if (best.confidence >= 0.9 || second === undefined) return best.confidence >= 0.75 ? [] : ofBest;
  return [...new Set([...ofBest, ...openChecks(facts, second.cause.checks)])].slice(0, 4);
}
