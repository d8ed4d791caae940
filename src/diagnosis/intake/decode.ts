// Bytes become text: gzip and zstd are undone, encodings recognised, binary refused with a sentence, bombs stopped.
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip, createZstdDecompress } from 'node:zlib';

export type InputBytes = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Limits of one input. */
export interface DecodeLimits {
  /** Bytes after decompression; beyond, reading stops and says so. */
  readonly bytes: number;
}
export const DECODE_LIMITS: DecodeLimits = { bytes: 4 * 2 ** 30 };

/** Logs unfold to ten times, seldom a hundred times their compressed size; what unfolds further beyond this many bytes is a bomb. */
const UNFOLDING = { times: 150, beyondBytes: 128 * 2 ** 20 };

/** A piece of the input, or the reason why there is no more. UTF-8 stays bytes: a line is decoded when it is looked at. */
export type Decoded =
  | { readonly text: string }
  | { readonly utf8: Uint8Array }
  | { readonly stopped: string; readonly pasteInstead: string };

const BINARY_MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0xff, 0xd8, 0xff], 'a JPEG picture'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0xd4, 0xc3, 0xb2, 0xa1], 'a packet capture'],
  [[0x0a, 0x0d, 0x0d, 0x0a], 'a packet capture'],
];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

async function* chunksOf(input: string | Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield Buffer.from(input);
  else if (input instanceof Uint8Array) yield input;
  else yield* input;
}

/** Joins the first chunks until there are enough bytes to look at, then passes the rest on. */
async function* withHead(chunks: AsyncIterable<Uint8Array>, enough: number): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head.length >= enough) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= enough) yield head;
  }
  if (head.length < enough) yield head;
}

/**
 * Decodes one input, streaming.
 * @param input whole or in chunks, a chunk being looked at before the next one is asked for; gzip (RFC 1952) and zstd (RFC 8878) are recognised by their first bytes
 */
export async function* decodeInput(input: InputBytes, limits: DecodeLimits = DECODE_LIMITS): AsyncGenerator<Decoded> {
  if (typeof input === 'string') {
    yield { text: input };
    return;
  }
  yield* decodeChunks(input, limits);
}

async function* decodeChunks(
  input: Uint8Array | AsyncIterable<Uint8Array>,
  limits: DecodeLimits,
): AsyncGenerator<Decoded> {
  const chunks = withHead(chunksOf(input), 4);
  const head = await chunks.next();
  if (head.done || head.value.length === 0) return;
  const all = rejoin(head.value, chunks);
  if (startsWith(head.value, [0x1f, 0x8b])) yield* decompressed(all, createGunzip(), 'gzip', limits);
  else if (startsWith(head.value, [0x28, 0xb5, 0x2f, 0xfd]))
    yield* decompressed(all, createZstdDecompress(), 'zstd', limits);
  else yield* decodeText(all, limits);
}

async function* rejoin(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  inflate: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
  form: string,
  limits: DecodeLimits,
): AsyncGenerator<Decoded> {
  let packed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      packed += chunk.length;
      // A decompressor reads its chunks later, when their memory may have been used again.
      yield Uint8Array.from(chunk);
    }
  };
  const source = Readable.from(counted());
  source.pipe(inflate);
  let unfolded = 0;
  try {
    for await (const decoded of decodeText(withHead(inflate, 4), limits)) {
      yield decoded;
      if ('text' in decoded) unfolded += decoded.text.length;
      if ('utf8' in decoded) unfolded += decoded.utf8.length;
      if (unfolded <= UNFOLDING.beyondBytes || unfolded <= packed * UNFOLDING.times) continue;
      yield {
        stopped: `The ${form} data unfolds to more than ${UNFOLDING.times} times its size; the rest was not read.`,
        pasteInstead: 'Send the part around the failure as text.',
      };
      return;
    }
  } catch {
    // zlib's error says only "incorrect data check" or alike: the person needs to know which file is broken.
    yield {
      stopped: `The ${form} data is damaged or cut off.`,
      pasteInstead: 'Send the file again, or the lines around the failure as text.',
    };
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

async function* decodeText(chunks: AsyncIterable<Uint8Array>, limits: DecodeLimits): AsyncGenerator<Decoded> {
  let encoding: string | undefined;
  let decoder: TextDecoder | undefined;
  let total = 0;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (encoding === undefined) {
      const kind = BINARY_MAGIC.find(([magic]) => startsWith(chunk, magic))?.[1];
      if (kind !== undefined) {
        yield {
          stopped: `This is ${kind}, no text.`,
          pasteInstead: 'Paste the log lines, the answer or the configuration as text.',
        };
        return;
      }
      encoding = encodingOf(chunk);
      if (encoding === undefined) {
        yield {
          stopped: 'This is binary data, no text.',
          pasteInstead: 'Paste the log lines, the answer or the configuration as text.',
        };
        return;
      }
      if (encoding !== 'utf-8') decoder = new TextDecoder(encoding);
      else if (startsWith(chunk, [0xef, 0xbb, 0xbf])) bytes = chunk.subarray(3);
    }
    total += chunk.length;
    if (total > limits.bytes) {
      yield {
        stopped: `The input is larger than ${Math.round(limits.bytes / 2 ** 20)} MiB; the rest was not read.`,
        pasteInstead: 'Send the part around the failure.',
      };
      return;
    }
    yield decoder === undefined ? { utf8: bytes } : { text: decoder.decode(bytes, { stream: true }) };
  }
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield { text: rest };
}

/** utf-8, utf-16le, utf-16be, windows-1252, or undefined for binary. Judged by the first 64 kB. */
function encodingOf(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, 65_536);
  let zerosEven = 0;
  let zerosOdd = 0;
  let control = 0;
  for (let index = 0; index < sample.length; index++) {
    const byte = sample[index] ?? 0;
    if (byte === 0) index % 2 === 0 ? zerosEven++ : zerosOdd++;
    else if (byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32)) control++;
  }
  const half = sample.length / 2;
  if (zerosOdd > half * 0.4 && zerosEven < half * 0.1) return 'utf-16le';
  if (zerosEven > half * 0.4 && zerosOdd < half * 0.1) return 'utf-16be';
  if (zerosEven + zerosOdd > sample.length * 0.01 + 1 || control > sample.length * 0.1) return undefined;
  try {
    // The sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return 'utf-8';
  } catch {
    // Not UTF-8: Windows-1252 gives every byte a character, so nothing is lost. Its texts have no control characters.
    return control > sample.length * 0.02 ? undefined : 'windows-1252';
  }
}
