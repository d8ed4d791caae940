// Files that people attach: only from Slack's hosts, streamed to a temporary file, within a size, never a login page.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { callSlack } from './calls.ts';
import type { Download, Downloaded } from './download.ts';
import { isSlackAddress } from './hosts.ts';

/** Of Slack's file object what is needed to fetch it. */
export interface SlackFile {
  readonly id: string;
  readonly name?: string;
  readonly url_private_download?: string;
  readonly size?: number;
  readonly mode?: string;
  readonly is_external?: boolean;
}

/** A file on the disk; whoever asked for it disposes of it. */
export interface FetchedFile {
  /** As evidence calls it. */
  readonly source: string;
  readonly path: string;
  dispose(): Promise<void>;
}

export interface Files {
  /** The file, or one sentence for the user why not. Never throws. */
  fetch(file: SlackFile): Promise<FetchedFile | { readonly refused: string }>;
}

export interface FilesParts {
  readonly client: webApi.WebClient;
  readonly token: string;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
}

const LIMIT_BYTES = 64 * 2 ** 20;
const TIMEOUT_MS = 120_000;
/** Threads; each does several at once. */
const DOWNLOADS = 2;
/** Of a file's name what stands in evidence. */
const NAME = 80;

/** A reason for the user; it ends in `fetch`. */
class Refused extends Error {}

const tooLarge = (name: string): Refused =>
  new Refused(`${name} is larger than 64 MB; cut it to the hours that matter, or compress it with gzip or zstd.`);

export function createFiles({ client, token, apiUrl, log }: FilesParts): Files {
  /** Some file objects (Slack Connect) come without an address: files.info has it. */
  async function addressOf(file: SlackFile, name: string): Promise<{ url: string; size: number | undefined }> {
    if (file.is_external === true || file.mode === 'external')
      throw new Refused(`${name} is not kept by Slack; paste its text or upload it.`);
    if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit')
      throw new Refused(`${name} is no longer in Slack; upload it again.`);
    if (file.url_private_download !== undefined) return { url: file.url_private_download, size: file.size };
    const { file: full } = await callSlack(() => client.files.info({ file: file.id }), { repeatable: true });
    if (full?.is_external === true || full?.url_private_download === undefined)
      throw new Refused(`${name} cannot be fetched from Slack; paste its text or upload it again.`);
    return { url: full.url_private_download, size: full.size };
  }

  const downloads = new Piscina<Download, Downloaded>({
    filename: fileURLToPath(
      new URL(import.meta.url.endsWith('.ts') ? './download.ts' : './download.js', import.meta.url),
    ),
    name: 'run',
    minThreads: 0,
    maxThreads: DOWNLOADS,
    idleTimeout: 60_000,
    concurrentTasksPerWorker: 4,
    recordTiming: false,
  });

  async function download(url: string, name: string, path: string): Promise<void> {
    // Slack's hosts only: the token goes along.
    if (!isSlackAddress(url, 'files', apiUrl)) throw new Refused(`${name} is not on a host of Slack.`);
    const got = await downloads.run({ url, token, path, limitBytes: LIMIT_BYTES, timeoutMs: TIMEOUT_MS });
    if (got === 'done') return;
    if (got === 'too-large') throw tooLarge(name);
    if (got === 'page')
      throw new Refused(`${name} came as a web page: the bot may not read it, or it is one; paste its text instead.`);
    if (got.status === 401 || got.status === 403)
      throw new Refused(`${name} may not be read by the bot; it lacks the right files:read or is not in that channel.`);
    throw new Refused(`${name} cannot be fetched: Slack answered ${got.status}.`);
  }

  return {
    async fetch(file) {
      const source = nameOf(file);
      let folder: string | undefined;
      const dispose = async (): Promise<void> => {
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      };
      try {
        const { url, size } = await addressOf(file, source);
        if ((size ?? 0) > LIMIT_BYTES) throw tooLarge(source);
        // A folder of its own (0700): the file's own name never meets the disk.
        folder = await mkdtemp(join(tmpdir(), 'kongauth-'));
        const path = join(folder, 'file');
        await download(url, source, path);
        return { source, path, dispose };
      } catch (error) {
        await dispose();
        if (error instanceof Refused) return { refused: error.message };
        log.warn({ err: error, file: file.id }, 'a file could not be fetched');
        return { refused: `${source} could not be fetched from Slack; please try again.` };
      }
    },
  };
}

/** The file's name without folders and controls, short. */
function nameOf({ id, name }: SlackFile): string {
  const own =
    (name ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/[\p{C}\p{Z}]+/gu, ' ')
      .trim() ?? '';
  return own === '' ? id : own.slice(0, NAME);
}
