// Reads one Admin API over pooled connections: bounded in time, size and retries; every failure in one sentence.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { type Call, codeOf, failureOf, isTimeout, isTls, lostWriteOf, refusalOf, writeRefusalOf } from './failure.ts';
import { type AdminPath, path } from './path.ts';

/** Bounds of the calls; tests narrow them. */
export interface Bounds {
  /** Milliseconds for one whole answer. */
  readonly time: number;
  /** Bytes of one answer: a page of 1000 big plugins stays far below. */
  readonly bytes: number;
  /** Tries of one call. */
  readonly tries: number;
  /** Milliseconds before the second try at most; doubled for every further one. */
  readonly pause: number;
  /** Milliseconds that a `Retry-After` may ask for. */
  readonly longestPause: number;
}

const BOUNDS: Bounds = { time: 30_000, bytes: 64 * 2 ** 20, tries: 3, pause: 300, longestPause: 10_000 };
const CONNECTIONS = 4;
const CONNECT_TIME = 5000;
const PAGE_SIZE = '1000';
/** Pages of one list: a million entities, more than any gateway has. */
const PAGES = 1000;

export interface ClientOptions {
  readonly bounds?: Partial<Bounds>;
  /** Sees the bytes of every answer pass, for progress. */
  readonly watch?: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

const AnyRecord = z.record(z.string(), z.unknown());
/** Failures of a call that never had a connection. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const Page = z.looseObject({
  // Looked at and not copied: a copy of every entity doubles the memory of a large gateway.
  data: z.custom<readonly Readonly<Record<string, unknown>>[]>(
    (data) => Array.isArray(data) && data.every((entity) => typeof entity === 'object' && entity !== null),
  ),
  offset: z.string().nullish(),
});

/** Reads from one gateway. */
export class AdminClient {
  private readonly pool: Pool;
  private readonly origin: string;
  private readonly prefix: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly bounds: Bounds;
  private readonly watch: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

  /** @throws KongauthError `settings-invalid` for an address or a file that cannot be used */
  constructor(gateway: GatewaySettings, options: ClientOptions = {}) {
    const url = new URL(gateway.adminUrl);
    if (url.username !== '' || url.password !== '')
      throw new KongauthError('settings-invalid', 'KONG_ADMIN_URL is wrong: a user and password in it are not sent.');
    this.origin = url.origin;
    this.prefix = url.pathname.replace(/\/$/, '') + (gateway.workspace === undefined ? '' : path(gateway.workspace));
    this.headers = { accept: 'application/json', ...tokenHeader(gateway) };
    this.bounds = { ...BOUNDS, ...options.bounds };
    this.watch = options.watch ?? ((chunks) => chunks);
    this.pool = new Pool(this.origin, {
      connections: CONNECTIONS,
      connect: { timeout: CONNECT_TIME, ...tlsOf(gateway) },
      headersTimeout: this.bounds.time,
      bodyTimeout: this.bounds.time,
    });
  }

  /**
   * The answer of one call, parsed.
   * @throws KongauthError `kong-...`; for a 404 too
   */
  async get<T>(at: AdminPath, shape: z.ZodType<T>): Promise<T> {
    return this.parsed(await this.read(at, ''), shape, at);
  }

  /**
   * All entities of a collection, page by page.
   * @throws KongauthError `kong-...`; a list is whole or there is none
   */
  async list(at: AdminPath): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const entities: Readonly<Record<string, unknown>>[] = [];
    const seen = new Set<string>();
    let offset: string | null | undefined;
    do {
      const query = new URLSearchParams({ size: PAGE_SIZE, ...(offset == null ? {} : { offset }) });
      const page = this.parsed(await this.read(at, `?${query}`), Page, at);
      for (const entity of page.data) entities.push(entity);
      offset = page.offset;
      if (offset != null && (seen.has(offset) || seen.size >= PAGES))
        throw new KongauthError('kong-unreadable', `GET ${at} does not come to an end: its pages lead in a circle.`);
      if (offset != null) seen.add(offset);
    } while (offset != null);
    return entities;
  }

  /**
   * Changes something, once: a write is never tried again.
   * @param body of all but a DELETE
   * @returns what Kong answers; undefined for a DELETE
   * @throws KongauthError `kong-rejected`, `kong-read-only` and the like when nothing was changed, `kong-outcome-unknown`
   * when the answer was lost after the change was sent
   */
  async write(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    at: AdminPath,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const call = { origin: this.origin, call: `${method} ${at}` };
    let response: Dispatcher.ResponseData;
    let text: string;
    try {
      response = await this.pool.request({
        method,
        path: `${this.prefix}${at}`,
        headers: body === undefined ? this.headers : { ...this.headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.bounds.time),
      });
      text = await this.textOf(response, call);
    } catch (error) {
      // Before a connection stands nothing can have been sent.
      if (isTls(error) || UNSENT.has(codeOf(error))) throw failureOf(error, call);
      throw lostWriteOf(error, call);
    }
    const { statusCode } = response;
    if (statusCode === 204) return undefined;
    if (statusCode !== 200 && statusCode !== 201) throw writeRefusalOf(statusCode, text, call);
    try {
      return AnyRecord.parse(JSON.parse(text));
    } catch (error) {
      throw lostWriteOf(error, call);
    }
  }

  /** Ends the connections; calls under way fail. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private parsed<T>(text: string, shape: z.ZodType<T>, at: AdminPath): T {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's words quote the answer, which may hold secrets: they are not kept.
      throw new KongauthError(
        'kong-unreadable',
        `GET ${at || '/'} at ${this.origin} was not answered with whole JSON; check that KONG_ADMIN_URL is the Admin API.`,
      );
    }
    const result = shape.safeParse(value);
    if (result.success) return result.data;
    const where = result.error.issues[0]?.path.join('.') ?? '';
    throw new KongauthError(
      'kong-unreadable',
      `GET ${at || '/'} at ${this.origin} has another form than Kong's${where === '' ? '' : ` (field ${where})`}; check that KONG_ADMIN_URL is the Admin API.`,
    );
  }

  /** The text of a 200, tried again where that may help. */
  private async read(at: AdminPath, query: string): Promise<string> {
    const call = { origin: this.origin, call: `GET ${at || '/'}` };
    for (let attempt = 1; ; attempt++) {
      const tried = await this.attempt(at, query, call);
      if ('text' in tried) return tried.text;
      const wait = tried.after ?? Math.random() * this.bounds.pause * 2 ** (attempt - 1);
      if (!tried.again || attempt >= this.bounds.tries || wait > this.bounds.longestPause) throw tried.error;
      await sleep(wait);
    }
  }

  private async attempt(at: AdminPath, query: string, call: Call): Promise<Attempt> {
    try {
      const response = await this.pool.request({
        method: 'GET',
        path: `${this.prefix}${at || '/'}${query}`,
        headers: this.headers,
        signal: AbortSignal.timeout(this.bounds.time),
      });
      if (response.statusCode === 200) return { text: await this.textOf(response, call) };
      // The body of a refusal is not shown; reading it keeps the connection usable.
      await response.body.dump();
      return {
        error: refusalOf(response.statusCode, call),
        again: response.statusCode === 429 || response.statusCode >= 500,
        after: retryAfter(response.headers['retry-after']),
      };
    } catch (error) {
      if (error instanceof KongauthError) return { error, again: false, after: undefined };
      return { error: failureOf(error, call), again: !isTls(error) && !isTimeout(error), after: undefined };
    }
  }

  private async textOf({ body }: Dispatcher.ResponseData, { call, origin }: Call): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of this.watch(body)) {
      bytes += chunk.byteLength;
      if (bytes > this.bounds.bytes)
        throw new KongauthError(
          'kong-unreadable',
          `${call} at ${origin} answers more than ${Math.floor(this.bounds.bytes / 2 ** 20)} MB; check that KONG_ADMIN_URL is the Admin API.`,
        );
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function tokenHeader({ adminToken, konnect }: GatewaySettings): Readonly<Record<string, string>> {
  if (adminToken === undefined) return {};
  return konnect ? { authorization: `Bearer ${adminToken}` } : { 'Kong-Admin-Token': adminToken };
}

function tlsOf({ caCert, clientCert, clientKey }: GatewaySettings): Readonly<Record<string, Buffer>> {
  return {
    ...(caCert === undefined ? {} : { ca: readFileSync(caCert) }),
    ...(clientCert === undefined ? {} : { cert: readFileSync(clientCert) }),
    ...(clientKey === undefined ? {} : { key: readFileSync(clientKey) }),
  };
}

type Attempt =
  | { readonly text: string }
  | { readonly error: KongauthError; readonly again: boolean; readonly after: number | undefined };

/** Milliseconds that the header asks to wait: seconds or a date (RFC 9110 §10.2.3). */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const [text] = [header].flat();
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
