// kongauth digest now: one digest of the configured gateway, compared with the last one that was made here.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Digest } from '../digest/digest.ts';
import { keepSnapshot, keptAt, readSnapshotFile } from '../digest/kept.ts';
import { digestNow } from '../digest/now.ts';
import type { DigestSnapshot } from '../digest/snapshot.ts';
import { KongauthError } from '../errors.ts';
import { gatewayNamed } from '../kong/gateways.ts';
import { digestJson, digestMarkdown, digestText } from '../render/digest.ts';
import { readTerminalSettings } from '../settings.ts';
import type { Terminal } from './arguments.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;

interface DigestArguments {
  readonly format: (typeof FORMATS)[number];
  readonly gateway: string | undefined;
  readonly since: string | undefined;
  readonly chart: string | undefined;
}

function parse(args: readonly string[]): DigestArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      gateway: { type: 'string' },
      since: { type: 'string' },
      chart: { type: 'string' },
    },
  });
  const format = FORMATS.find((known) => known === values.format);
  if (format === undefined) throw new KongauthError('usage', '--format of digest is text, json or markdown.');
  const [verb, ...rest] = positionals;
  if (verb !== 'now' || rest.length > 0)
    throw new KongauthError('usage', 'digest takes now; schedules are made in Slack, with /kongauth digest schedule.');
  if (values.chart?.endsWith('.png') === false)
    throw new KongauthError('usage', '--chart takes the name of a file that ends with .png.');
  return { format, gateway: values.gateway, since: values.since, chart: values.chart };
}

/** Runs the subcommand; the exit status. Throws KongauthError for usage, settings and files. */
export async function runDigest(args: readonly string[], terminal: Terminal): Promise<number> {
  const { format, gateway: name, since, chart } = parse(args);
  const settings = readTerminalSettings(process.env);
  const gateway = gatewayNamed(settings.gateways, name);
  const kept = keptAt(settings.dataFolder, gateway.name);
  const previous = since === undefined ? await readKept(kept, terminal) : await readNamed(since);
  const { digest, snapshot } = await digestNow(gateway, {
    key: settings.fingerprintKey,
    now: terminal.now(),
    ...(previous === undefined ? {} : { previous }),
  });
  await keepSnapshot(kept, snapshot);
  if (format === 'json') terminal.out(`${JSON.stringify(digestJson(digest), null, 2)}\n`);
  else terminal.out(format === 'markdown' ? digestMarkdown(digest) : digestText(digest, terminal.width));
  if (chart !== undefined) await writeChart(chart, digest, terminal);
  return 0;
}

/** One of another version is replaced. */
async function readKept(file: string, terminal: Terminal): Promise<DigestSnapshot | undefined> {
  try {
    return await readSnapshotFile(file);
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    terminal.err(`kongauth: ${file} is not compared with, since it cannot be read; this digest takes its place.\n`);
    return undefined;
  }
}

async function readNamed(file: string): Promise<DigestSnapshot> {
  const found = await readSnapshotFile(file);
  if (found === undefined)
    throw new KongauthError('input-unreadable', `${file} cannot be read: there is no such file.`);
  return found;
}

async function writeChart(file: string, digest: Digest, terminal: Terminal): Promise<void> {
  const { drawDigest } = await import('../render/chart.ts');
  const picture = drawDigest(digest);
  if (picture === undefined) {
    terminal.err('kongauth: There is no picture yet: it takes a Prometheus server, or two more digests.\n');
    return;
  }
  try {
    await writeFile(file, picture.png);
  } catch (error) {
    throw new KongauthError('usage', `${file} cannot be written (${codeOf(error)}); name another file.`, {
      cause: error,
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
