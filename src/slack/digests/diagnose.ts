// Diagnose this: what a digest said about requests is weighed anew together with what the gateway shows now.
import { randomBytes } from 'node:crypto';
import type { Subjects } from '../../diagnosis/facts/subjects.ts';
import type { DiagnoseSubject, DigestItem } from '../../digest/item.ts';
import { type ItemOfDigest, metricsOf } from '../../digest/kept-item.ts';
import { instant } from '../../digest/words.ts';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../../kong/client.ts';
import { withoutAddress } from '../../kong/failure.ts';
import type { AnalystInput } from '../../work/pool.ts';
import { applicableOf } from '../applicable.ts';
import type { Bot, Remembered } from '../context.ts';
import { lookLive } from '../live.ts';
import type { OutMessage } from '../post.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { itemMessage } from '../views/digest-item.ts';
import { replyMessage } from '../views/reply.ts';
import { failedChecks, lookAtSubject, whoCanAnswer } from './look.ts';

export interface AskedItem extends ItemOfDigest {
  readonly asker: PrivateAsker;
  readonly client: AdminClient;
  readonly gateway: GatewaySettings;
}

/**
 * One answer: what the item was, what the gateway shows now, the likeliest causes, and what to check.
 * @throws KongauthError `busy`, `store-down`; what the gateway does not tell is a part of the answer
 */
export async function diagnoseItem(asked: AskedItem, bot: Bot): Promise<OutMessage> {
  const { item, snapshot } = asked;
  const metrics = item.kind === 'failures' ? metricsOf(snapshot?.traffic ?? { requests: [] }, item.diagnose) : '';
  if (metrics !== '') return diagnosed(asked, metrics, bot);
  const now = await orWhyNot(() => lookAtSubject(asked, bot));
  return itemMessage(item, now);
}

async function diagnosed({ item, asker, client, gateway }: AskedItem, metrics: string, bot: Bot): Promise<OutMessage> {
  const counted: AnalystInput = { source: 'metrics of the digest', text: metrics };
  const first = await bot.analyst.diagnose([counted], { now: bot.now() });
  const subjects = withSubject(first.diagnosis.subjects, item.diagnose);
  const looked = await orWhyNot(() => lookLive(gateway, subjects, bot));
  const checks = await orWhyNot(() => failedChecks(client, gateway, item.diagnose, bot));
  const inputs = 'why' in looked ? [counted] : [counted, ...looked.inputs];
  const { diagnosis, material } = await bot.analyst.diagnose(inputs, { now: bot.now() });
  const [lookedAt, ...more] = 'why' in looked ? [looked.why] : looked.sentences;
  // Counts name a cause only where they stand out; then what can answer so is the next best.
  const isUntold = diagnosis.findings.length === 0 && isKongs(metrics);
  const answering = isUntold ? await orWhyNot(() => whoCanAnswer(client, item.diagnose, bot)) : [];
  const wrong = 'why' in checks ? ('why' in looked ? [] : [checks.why]) : checks;
  const said = {
    news: sentenceOf(item),
    notes: [
      ...(lookedAt === undefined ? [] : [lookedAt]),
      ...('why' in answering ? [] : answering.slice(0, 2)),
      ...wrong,
      ...more,
    ],
  };
  const remembered: Remembered = {
    id: randomBytes(6).toString('hex'),
    diagnosis,
    user: asker.user,
    channel: asker.channel,
    at: bot.now(),
    // Of no thread: what one person saw alone is not what was last said there.
    gateway: gateway.name,
    said,
    ...(material === undefined ? {} : { material }),
  };
  await bot.remember.put(remembered);
  bot.metrics.diagnoses.inc({ cause: diagnosis.findings[0]?.cause ?? 'none' });
  return replyMessage({
    ...said,
    id: remembered.id,
    diagnosis,
    flavour: 'admin-api',
    further: 'folded',
    // As the channel will see it: what it says of the digest and the gateway is shared as well.
    audience: 'public',
    canApply: applicableOf(remembered, bot.settings) !== undefined,
  });
}

/** Whether Kong itself gives some of the answers, or that is not told. */
function isKongs(metrics: string): boolean {
  return /code="4\d\d"(?!,source="service")/.test(metrics);
}

/** What the digest said, and of when. */
function sentenceOf({ says, details, diagnose }: DigestItem): string {
  const { from, to } = diagnose;
  const when = from === undefined ? `until ${instant(to)}` : `from ${instant(from)} to ${instant(to)}`;
  return `The digest, ${when}: ${[says, ...details].join(' ')}`;
}

/** Of an incident the gateway itself is part: that it cannot be asked is news, and no reason to say nothing else. */
async function orWhyNot<T extends object>(work: () => Promise<T>): Promise<T | { readonly why: string }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KongauthError) || !/^(?:kong|provider)-|^usage$/.test(error.code)) throw error;
    return { why: `The gateway does not tell more now: ${withoutAddress(error.message)}` };
  }
}

/** The item's own subject goes first, whether or not the metrics show it failing. */
function withSubject(subjects: Subjects, { type, name }: DiagnoseSubject): Subjects {
  if (name === '') return subjects;
  const add = (names: readonly string[]): readonly string[] => [name, ...names.filter((one) => one !== name)];
  switch (type) {
    case 'route':
      return { ...subjects, routes: add(subjects.routes) };
    case 'service':
      return { ...subjects, services: add(subjects.services) };
    case 'consumer':
      return { ...subjects, consumers: add(subjects.consumers) };
    default:
      return subjects;
  }
}
