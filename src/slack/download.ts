// The worker thread that downloads: 64 MB through the event loop would delay everybody's acknowledgement.
import { createWriteStream } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

export interface Download {
  /** Checked by files.ts to be Slack's. */
  readonly url: string;
  readonly token: string;
  /** A file that does not exist yet. */
  readonly path: string;
  readonly limitBytes: number;
  readonly timeoutMs: number;
}

export type Downloaded = 'done' | 'page' | 'too-large' | { readonly status: number };

class TooLarge extends Error {}

// On Linux this is the thread's own: the event loop goes first.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

/** Streams the answer into the file. Throws what the network or the disk throws. */
export async function run({ url, token, path, limitBytes, timeoutMs }: Download): Promise<Downloaded> {
  const response = await fetch(url, {
    // Between downloads this thread sleeps and does not see that a kept connection was closed.
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
    // A redirect would carry the token elsewhere.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const refusal = refusalOf(response, limitBytes);
  if (refusal !== undefined || response.body === null) {
    await response.body?.cancel();
    return refusal ?? { status: response.status };
  }
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) done(new TooLarge());
      else done(null, chunk);
    },
  });
  try {
    const body = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, limited, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    if (error instanceof TooLarge) return 'too-large';
    throw error;
  }
  return 'done';
}

function refusalOf(response: Response, limitBytes: number): Downloaded | undefined {
  if (response.status !== 200) return { status: response.status };
  // Without the right to read, Slack answers 200 with the page of its login.
  if (/^\s*text\/html\b/i.test(response.headers.get('content-type') ?? '')) return 'page';
  return Number(response.headers.get('content-length') ?? 0) > limitBytes ? 'too-large' : undefined;
}
