// One bounded GET to a source of metrics; every failure in one sentence, without what the answer held.
import { Agent, request } from 'undici';
import { KongauthError } from '../errors.ts';
import { codeOf, isTimeout, isTls } from '../kong/failure.ts';

/** Bounds of one call; tests narrow them. */
export interface CallBounds {
  /** Milliseconds for the whole answer. */
  readonly time: number;
  readonly bytes: number;
}

export const CALL_BOUNDS: CallBounds = { time: 30_000, bytes: 32 * 2 ** 20 };

/** What is asked, in the words of the settings. */
export interface MetricsSource {
  /** `The Status API` */
  readonly name: string;
  /** `KONG_STATUS_URL` */
  readonly setting: string;
}

export interface MetricsAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * The answer's text, whatever its status.
 * @param form sent as a POST where it is given: queries may be longer than a URL
 * @throws KongauthError `metrics-unreachable` without a whole answer, `metrics-unreadable` for one that is too big
 */
export async function callMetrics(
  url: URL,
  source: MetricsSource,
  bounds: CallBounds = CALL_BOUNDS,
  form?: Readonly<Record<string, string>>,
): Promise<MetricsAnswer> {
  const { name, setting } = source;
  const dispatcher = new Agent({ connect: { timeout: Math.min(5000, bounds.time) } });
  try {
    const response = await request(url, {
      dispatcher,
      method: form === undefined ? 'GET' : 'POST',
      ...(form === undefined
        ? {}
        : {
            body: new URLSearchParams(form).toString(),
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          }),
      signal: AbortSignal.timeout(bounds.time),
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > bounds.bytes)
        throw new KongauthError(
          'metrics-unreadable',
          `${name} at ${url.host} answers more than ${Math.floor(bounds.bytes / 2 ** 20)} MB; check ${setting}, or count fewer consumers (per_consumer).`,
        );
      chunks.push(chunk);
    }
    return { status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    if (error instanceof KongauthError) throw error;
    const why = isTimeout(error)
      ? 'it took too long'
      : isTls(error)
        ? `its certificate is not trusted or it speaks no TLS (${codeOf(error)})`
        : `the call failed (${codeOf(error)})`;
    throw new KongauthError(
      'metrics-unreachable',
      `${name} at ${url.host} was not reached: ${why}; check ${setting} and the network.`,
      { cause: error },
    );
  } finally {
    await dispatcher.destroy();
  }
}

/** The base with a path below its own. */
export function below(base: string, path: string): URL {
  const url = new URL(base);
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith(path)) url.pathname = url.pathname.replace(/\/$/, '') + path;
  return url;
}
