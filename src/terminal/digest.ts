// kongauth digest now: one digest of the configured gateway, compared with the last one that was made here.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Digest, makeDigest } from '../digest/digest.ts';
import { type DigestSnapshot, readDigestSnapshot } from '../digest/snapshot.ts';
import type { CheckResult } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { gatewayNamed } from '../kong/gateways.ts';
import { digestJson, digestMarkdown, digestText } from '../render/digest.ts';
import { readSettings } from '../settings.ts';
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
  const settings = readSettings(process.env);
  const gateway = gatewayNamed(settings.gateways, name);
  const folder = join(settings.dataFolder, 'digests');
  const kept = join(folder, `${gateway.name}.json`);
  const previous = since === undefined ? await readKept(kept, terminal) : await readNamed(since);
  const key = settings.fingerprintKey;
  const now = terminal.now();
  const results = await checkResults(gateway, key, now);
  const { digest, snapshot } = await makeDigest(gateway, {
    key,
    now,
    ...(results === undefined ? {} : { results }),
    ...(previous === undefined ? {} : { previous }),
  });
  await keep(folder, kept, snapshot);
  if (format === 'json') terminal.out(`${JSON.stringify(digestJson(digest), null, 2)}\n`);
  else terminal.out(format === 'markdown' ? digestMarkdown(digest) : digestText(digest, terminal.width));
  if (chart !== undefined) await writeChart(chart, digest, terminal);
  return 0;
}

/** What the doctor finds; undefined where the gateway cannot be read, which the digest itself tells. */
async function checkResults(
  gateway: GatewaySettings,
  key: Uint8Array,
  now: number,
): Promise<readonly CheckResult[] | undefined> {
  const client = new AdminClient(gateway);
  try {
    return (await examine(client, { key, now, gateway })).results;
  } catch (error) {
    if (error instanceof KongauthError) return undefined;
    throw error;
  } finally {
    await client.close();
  }
}

/** The last one of this folder; one of another version is replaced. */
async function readKept(file: string, terminal: Terminal): Promise<DigestSnapshot | undefined> {
  try {
    return await readIfThere(file);
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    terminal.err(`kongauth: ${file} is not compared with, since it cannot be read; this digest takes its place.\n`);
    return undefined;
  }
}

async function readNamed(file: string): Promise<DigestSnapshot> {
  const found = await readIfThere(file);
  if (found === undefined)
    throw new KongauthError('input-unreadable', `${file} cannot be read: there is no such file.`);
  return found;
}

async function readIfThere(file: string): Promise<DigestSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new KongauthError('input-unreadable', `${file} cannot be read (${codeOf(error)}); check its permissions.`, {
      cause: error,
    });
  }
  return readDigestSnapshot(text);
}

/** Written whole or not at all: the next digest relies on it. */
async function keep(folder: string, file: string, snapshot: DigestSnapshot): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(snapshot), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw new KongauthError(
      'settings-invalid',
      `The snapshot cannot be kept in ${folder} (${codeOf(error)}); set KONGAUTH_DATA to a folder that can be written.`,
      { cause: error },
    );
  }
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
