// What the gateway shows now of the thing that an item of a digest is about.
import { certificateOf } from '../../digest/collect.ts';
import type { DiagnoseSubject, DigestItem } from '../../digest/item.ts';
import { instant, listed } from '../../digest/words.ts';
import { type DoctorReport, examine, type Scope } from '../../doctor/examine.ts';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../../kong/client.ts';
import { inspectEntity } from '../../kong/inspect.ts';
import { GatewayReading } from '../../kong/read.ts';
import { inspectStatus } from '../../kong/status.ts';
import { partsOf, said } from '../../render/doctor-report.ts';
import type { Bot } from '../context.ts';
import type { OutMessage } from '../post.ts';
import { doctorMessage } from '../views/doctor.ts';
import { inspectionMessage } from '../views/inspection.ts';
import { notice } from '../views/notice.ts';

/** Failed checks that are told beside something else. */
const FAILED = 3;

interface Subject {
  readonly item: DigestItem;
  readonly client: AdminClient;
  readonly gateway: GatewaySettings;
}

/** @throws KongauthError `kong-...` when the gateway or the entity is not there */
export async function lookAtSubject({ item, client, gateway }: Subject, bot: Bot): Promise<OutMessage> {
  const { kind, diagnose: subject } = item;
  const now = bot.now();
  const options = { key: bot.settings.fingerprintKey, now };
  const known = subject.id ?? subject.name;
  const shown = { gateway: gateway.name, at: now };
  switch (subject.type) {
    case 'service':
    case 'route': {
      const inspection = await inspectEntity(client, subject.type, known, options);
      const failed = await failedChecks(client, gateway, subject, bot);
      return inspectionMessage({ ...shown, inspection: { ...inspection, notes: [...failed, ...inspection.notes] } });
    }
    case 'consumer':
    case 'plugin':
      return inspectionMessage({ ...shown, inspection: await inspectEntity(client, subject.type, known, options) });
    case 'upstream': {
      const { upstreams, ...status } = await inspectStatus(client, options);
      const own = upstreams.filter(({ name }) => name === subject.name);
      if (own.length === 0)
        throw new KongauthError('kong-not-found', `There is no upstream \`${subject.name}\` any more.`);
      return inspectionMessage({ ...shown, inspection: { ...status, dataPlanes: undefined, upstreams: own } });
    }
    case 'certificate':
      return notice([await expiryOf(client, subject, options.key)]);
    case 'identity-provider': {
      const report = await examine(client, { ...options, gateway });
      const results = report.results.filter((result) => isAbout(result.subject, subject));
      return doctorMessage({ ...report, results, idle: [] }, now);
    }
    case 'gateway':
      return kind === 'data-plane' || kind === 'unreadable'
        ? inspectionMessage({ ...shown, inspection: await inspectStatus(client, options) })
        : doctorMessage(await examine(client, { ...options, gateway }), now);
  }
}

/**
 * What the doctor finds wrong with a service or route, each in a sentence with what to do; nothing for other subjects.
 * @throws KongauthError `kong-...`
 */
export async function failedChecks(
  client: AdminClient,
  gateway: GatewaySettings,
  { type, name, id }: DiagnoseSubject,
  bot: Bot,
): Promise<readonly string[]> {
  if (type !== 'service' && type !== 'route') return [];
  const scope: Scope = { type, name: id ?? name };
  const now = bot.now();
  const report = await examine(client, { key: bot.settings.fingerprintKey, now, gateway, scope });
  const { failed } = partsOf(report);
  const more = failed.length - FAILED;
  return [
    ...failed.slice(0, FAILED).map((result) => `The doctor: ${said(result)} ${result.advice ?? ''}`.trim()),
    ...(more > 0 ? [`The doctor finds ${more} more; \`doctor ${type} ${name}\` lists them.`] : []),
  ];
}

/** Causes of one plugin that a sentence names. */
const CAUSES = 5;

/**
 * Which plugins there answer with this status, and the causes that each has for it: where counts alone tell no cause.
 * @returns sentences; none for other subjects, and where no plugin that runs there is known to answer so
 * @throws KongauthError `kong-...`
 */
export async function whoCanAnswer(
  client: AdminClient,
  { type, name, id, status }: DiagnoseSubject,
  bot: Bot,
): Promise<readonly string[]> {
  if (status === undefined || (type !== 'service' && type !== 'route')) return [];
  const options = { key: bot.settings.fingerprintKey, now: bot.now() };
  const { plugins } = await inspectEntity(client, type, id ?? name, options);
  const { ALL_PHRASES } = await import('../../diagnosis/phrasebook/index.ts');
  const running = [...(plugins?.running ?? []), ...(plugins?.sometimes ?? [])].map((plugin) => plugin.name);
  return [...new Set(running)].flatMap((plugin) => {
    const said = ALL_PHRASES.filter(
      ({ component, where, status: answered }) =>
        component === plugin && where === 'response-body' && answered === status,
    );
    const causes = [...new Set(said.map(({ points }) => points))].slice(0, CAUSES).map((cause) => `\`${cause}\``);
    if (causes.length === 0) return [];
    return [
      `\`${plugin}\` runs there and answers ${status} for ${listed(causes, CAUSES)}; the body of one such answer tells which.`,
    ];
  });
}

function isAbout(one: DoctorReport['results'][number]['subject'], { name }: DiagnoseSubject): boolean {
  return one.type === 'identity-provider' && one.name === name;
}

async function expiryOf(client: AdminClient, { name, id }: DiagnoseSubject, key: Uint8Array): Promise<string> {
  const reading = new GatewayReading(client, key);
  const read = (collection: string) => reading.ifThere(reading.entity(collection, id ?? name));
  const own = await read('certificates');
  const raw = own ?? (await read('ca_certificates'));
  if (raw === undefined) return `The gateway has no certificate \`${name}\` any more.`;
  const [now] = certificateOf(raw, own === undefined);
  if (now === undefined) return `The certificate \`${name}\` is there; when it expires cannot be read from it.`;
  return `The gateway now has the certificate \`${now.name}\` until ${instant(now.expires)}.`;
}
