// Slack's Web API as a peer: a real HTTP server that records and judges every call, adds what emulate lacks and passes the rest on.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryAnswer } from '../../src/local/directory.ts';
import { argumentsOf, between } from '../../src/local/fields.ts';
import type { SlackFile } from '../../src/local/workspace.ts';
import { type Fields, isFields, listOf } from './block-kit-faults.ts';
import { judgeMessage, judgeView, TRUSTED_BLOCKS, type Verdict } from './block-kit-limits.ts';
import { APP_TOKEN, BOT, type Person, Workspace } from './slack-workspace.ts';

/** One call of the Web API, with what it was answered. */
export interface ApiCall {
  readonly method: string;
  readonly args: Fields;
  readonly token: string | undefined;
  /** ms of `performance.now()`. */
  readonly at: number;
  answer?: Fields;
}

/** What reached people, in order: posts, updates, ephemerals, answers to a response_url, views, files. */
export interface Delivery {
  readonly how: 'post' | 'update' | 'ephemeral' | 'respond' | 'view' | 'file';
  readonly method: string;
  readonly args: Fields;
  readonly at: number;
  readonly channel?: string;
  readonly user?: string;
  readonly ts?: string;
  readonly threadTs?: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly responseUrl?: string;
  readonly view?: Fields;
  /** Content of a file that the bot uploaded. */
  readonly content?: string;
}

/** How the next calls of a method go wrong. */
export interface Trouble {
  /** `error` of a 200 answer. */
  readonly error?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Answer after this many ms. */
  readonly delayMs?: number;
  /** Do it, and answer after this many ms. */
  readonly lateMs?: number;
  /** How many calls; 1 unless told. */
  readonly times?: number;
}

interface HostedFile {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly path?: string;
  readonly type?: string;
  readonly redirect?: string;
}

const MESSAGES = new Set(['chat.postMessage', 'chat.update', 'chat.postEphemeral']);
const VIEWS = new Set(['views.open', 'views.push', 'views.update', 'views.publish']);
const RESPONSE_URL_USES = 5;

/** Starts the peer with an own workspace behind it. */
export async function startSlackWebApi(): Promise<SlackWebApi> {
  const api = new SlackWebApi();
  await api.open();
  return api;
}

export class SlackWebApi {
  readonly calls: ApiCall[] = [];
  readonly deliveries: Delivery[] = [];
  /** What Slack would refuse or parse in what the bot sent; a test that ends with one has failed. */
  readonly objections: string[] = [];
  /** An older workspace: every block type that is not known everywhere makes `invalid_blocks`. */
  onlyTrustedBlocks = false;
  /** Replies a page at most, as Slack may cut them. */
  pageSize = 1000;
  /** Slack is away: connections are cut. */
  away = false;
  /** Error of every call from now on, `token_revoked` say. */
  refusal: string | undefined;
  /** Where `apps.connections.open` sends the bot. */
  socketUrl: string | undefined;
  url = '';
  private readonly server: Server = createServer((request, response) => {
    this.handle(request, response).catch((error: unknown) => {
      this.objections.push(`the peer itself: ${String(error)}`);
      response.destroy();
    });
  });
  private readonly troubles: { method: string; trouble: Trouble; left: number }[] = [];
  private readonly hosted = new Map<string, HostedFile & { readonly object: SlackFile }>();
  private readonly uploads = new Map<string, string>();
  private readonly responseUrls = new Map<string, { channel: string; user: string; uses: number }>();
  private readonly sockets = new Set<Socket>();
  private workspaceOpened: Workspace | undefined;

  get workspace(): Workspace {
    if (this.workspaceOpened === undefined) throw new Error('the peer is not open');
    return this.workspaceOpened;
  }

  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  async open(): Promise<void> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.workspaceOpened = await Workspace.open(this.url);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    await this.workspaceOpened?.close();
  }

  /** Makes the next calls of a method go wrong; `response_url` and `files` are methods here as well. */
  fail(method: string, trouble: Trouble): void {
    this.troubles.push({ method, trouble, left: trouble.times ?? 1 });
  }

  /** An address that takes five answers for a person in a channel. */
  responseUrl(channel: string, user: string): string {
    const path = `/actions/${this.workspace.team}/${randomBytes(6).toString('hex')}/${randomBytes(12).toString('hex')}`;
    this.responseUrls.set(path, { channel, user, uses: 0 });
    return `${this.url}${path}`;
  }

  /** A file that this peer hosts itself: large ones from disk, strange ones. */
  host(file: HostedFile, fields: Fields = {}): SlackFile {
    const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
    const address = `${this.url}/files-pri/${this.workspace.team}-${id}/download/${encodeURIComponent(file.name)}`;
    const object = {
      id,
      name: file.name,
      title: file.name,
      mimetype: 'text/plain',
      filetype: 'text',
      mode: 'hosted',
      is_external: false,
      size: file.content === undefined ? undefined : Buffer.byteLength(file.content),
      url_private: address.replace('/download/', '/'),
      url_private_download: address,
      ...fields,
    };
    this.hosted.set(id, { ...file, object });
    return object;
  }

  /** Waits for what the bot is to do; fails with what it did instead. */
  async until<T>(
    what: string,
    look: () => T | undefined | false | Promise<T | undefined | false>,
    ms = 20_000,
  ): Promise<T> {
    const end = performance.now() + ms;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > end) {
        const did = this.calls
          .slice(-12)
          .map(({ method, answer }) => `${method} ${answer?.ok === true ? 'ok' : answer?.error}`);
        throw new Error(
          `never came: ${what}; last calls: ${did.join(', ')}; objections: ${this.objections.join('; ')}`,
        );
      }
      await sleep(20);
    }
  }

  /** Waits for a delivery that is of a form, among those after a mark (`deliveries.length` at some instant). */
  delivery(what: string, after: number, is: (delivery: Delivery) => boolean, ms?: number): Promise<Delivery> {
    return this.until(what, () => this.deliveries.slice(after).find(is), ms);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.away) {
      request.socket.destroy();
      return;
    }
    const at = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path.startsWith('/api/')) await this.method(path.slice(5), request, body, at, response);
    else if (this.responseUrls.has(path)) await this.respond(path, body, at, response);
    else if (path.startsWith('/files-pri/')) await this.download(path, request, response);
    else await this.pass(request, body, response, path);
  }

  private async method(
    method: string,
    request: IncomingMessage,
    body: Buffer,
    at: number,
    response: ServerResponse,
  ): Promise<void> {
    const args = argumentsOf(body.toString(), request.headers['content-type'] ?? '');
    const bearer = request.headers.authorization?.replace(/^Bearer /, '');
    const token = bearer ?? (typeof args.token === 'string' ? args.token : undefined);
    const call: ApiCall = { method, args, token, at };
    this.calls.push(call);
    const trouble = await this.trouble(method);
    if (trouble?.retryAfterSeconds !== undefined) {
      call.answer = { ok: false, error: 'ratelimited' };
      response.setHeader('retry-after', String(trouble.retryAfterSeconds));
      answer(response, 429, call.answer);
      return;
    }
    const answered =
      trouble === undefined || trouble.lateMs !== undefined
        ? await this.answerTo(call, request, body)
        : troubled(trouble);
    call.answer = answered;
    if (answered.ok === true) this.note(call, answered);
    if (trouble?.lateMs !== undefined) await sleep(trouble.lateMs, undefined, { ref: false });
    answer(response, trouble?.status ?? 200, answered);
  }

  private async answerTo(call: ApiCall, request: IncomingMessage, body: Buffer): Promise<Fields> {
    const { method, args, token } = call;
    if (this.refusal !== undefined) return { ok: false, error: this.refusal };
    if (method === 'apps.connections.open') {
      if (token !== APP_TOKEN) return { ok: false, error: 'invalid_auth' };
      return this.socketUrl === undefined ? { ok: false, error: 'internal_error' } : { ok: true, url: this.socketUrl };
    }
    if (token !== BOT.token) return { ok: false, error: token === undefined ? 'not_authed' : 'invalid_auth' };
    const refused = this.judge(method, args);
    if (refused !== undefined) return refused;
    const told = directoryAnswer(method, args, this.workspace.directory(this.pageSize));
    if (told !== undefined) return told;
    const channel = typeof args.channel === 'string' ? args.channel : undefined;
    if (
      /^(?:chat|conversations|reactions)\./.test(method) &&
      channel?.startsWith('C') &&
      !this.workspace.joined.has(channel)
    )
      return { ok: false, error: 'not_in_channel' };
    if (method === 'chat.postEphemeral') return { ok: true, message_ts: `${Math.floor(Date.now() / 1000)}.000900` };
    if (method === 'files.info' && this.hosted.has(String(args.file)))
      return { ok: true, file: this.hosted.get(String(args.file))?.object };
    const passed = await fetch(`${this.workspace.url}${request.url}`, {
      method: 'POST',
      headers: forwarded(request, token),
      body: new Uint8Array(body),
    });
    if (passed.status === 404) return { ok: false, error: 'unknown_method' };
    const answered = (await passed.json()) as Fields;
    if (method === 'conversations.history') return between(args, answered);
    return method === 'conversations.replies' ? this.paged(args, answered) : answered;
  }

  /** The answer of Slack to what it does not take; what a person would suffer from is only noted. */
  private judge(method: string, args: Fields): Fields | undefined {
    const message = MESSAGES.has(method);
    if (!message && !VIEWS.has(method)) return undefined;
    const verdict = message ? judgeMessage(args) : judgeView(args.view);
    if (message) this.checkManners(method, args);
    const error = this.verdictOf(method, verdict, message ? args.blocks : undefined);
    if (error === undefined) return undefined;
    return { ok: false, error, response_metadata: { messages: verdict.refused.map((fault) => `[ERROR] ${fault}`) } };
  }

  private verdictOf(method: string, verdict: Verdict, blocks: unknown): string | undefined {
    for (const fault of [...verdict.refused, ...verdict.unsafe]) this.objections.push(`${method} ${fault}`);
    if (verdict.refused.length > 0) return 'invalid_blocks';
    const unknown = listOf(blocks).some((block) => isFields(block) && !TRUSTED_BLOCKS.has(String(block.type)));
    return this.onlyTrustedBlocks && unknown ? 'invalid_blocks' : undefined;
  }

  private checkManners(method: string, args: Fields): void {
    if (args.parse === 'full' || truthy(args.link_names)) this.objections.push(`${method}: parse or link_names`);
    if (method !== 'chat.postMessage') return;
    if (falsy(args.unfurl_links) && falsy(args.unfurl_media)) return;
    this.objections.push(`${method}: links may unfurl`);
  }

  private paged(args: Fields, answered: Fields): Fields {
    const all = listOf(answered.messages);
    const from = typeof args.cursor === 'string' && args.cursor !== '' ? Number(args.cursor.slice(5)) : 0;
    const size = Math.min(Number(args.limit ?? 1000) || 1000, this.pageSize);
    const next = from + size;
    if (next >= all.length) return { ...answered, messages: all.slice(from), has_more: false };
    return {
      ...answered,
      messages: all.slice(from, next),
      has_more: true,
      response_metadata: { next_cursor: `next:${next}` },
    };
  }

  private note(call: ApiCall, answered: Fields): void {
    const { method, args, at } = call;
    const base = { method, args, at, text: String(args.text ?? ''), blocks: listOf(args.blocks).filter(isFields) };
    const place = {
      ...(typeof args.channel === 'string' ? { channel: args.channel } : {}),
      ...(typeof args.thread_ts === 'string' ? { threadTs: args.thread_ts } : {}),
    };
    if (method === 'chat.postMessage')
      this.deliveries.push({ ...base, ...place, how: 'post', ts: String(answered.ts) });
    if (method === 'chat.update') {
      const ts = String(args.ts);
      const threadTs = this.deliveries.find((one) => one.how === 'post' && one.ts === ts)?.threadTs;
      this.deliveries.push({ ...base, ...place, how: 'update', ts, ...(threadTs === undefined ? {} : { threadTs }) });
    }
    if (method === 'chat.postEphemeral')
      this.deliveries.push({ ...base, ...place, how: 'ephemeral', user: String(args.user) });
    if (VIEWS.has(method)) {
      const view = isFields(answered.view) ? { ...(args.view as Fields), ...answered.view } : {};
      const user = typeof args.user_id === 'string' ? { user: args.user_id } : {};
      this.deliveries.push({ ...base, ...user, how: 'view', view, blocks: listOf(view.blocks).filter(isFields) });
    }
    if (method === 'files.completeUploadExternal') this.noteFiles(base, args);
  }

  private noteFiles(base: Omit<Delivery, 'how'>, args: Fields): void {
    for (const file of listOf(args.files).filter(isFields))
      this.deliveries.push({
        ...base,
        how: 'file',
        text: String(args.initial_comment ?? ''),
        content: this.uploads.get(String(file.id)) ?? '',
        ...(typeof args.channel_id === 'string' ? { channel: args.channel_id } : {}),
        ...(typeof args.thread_ts === 'string' ? { threadTs: args.thread_ts } : {}),
      });
  }

  private async respond(path: string, body: Buffer, at: number, response: ServerResponse): Promise<void> {
    const args = argumentsOf(body.toString(), 'application/json');
    const known = this.responseUrls.get(path);
    const trouble = await this.trouble('response_url');
    if (trouble?.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(trouble.retryAfterSeconds));
    if (known === undefined || trouble !== undefined) {
      answer(
        response,
        trouble?.status ?? (trouble?.retryAfterSeconds === undefined ? 200 : 429),
        troubled(trouble ?? {}),
      );
      return;
    }
    known.uses += 1;
    if (known.uses > RESPONSE_URL_USES) {
      this.objections.push('response_url: a sixth use');
      answer(response, 404, { ok: false, error: 'used_url' });
      return;
    }
    if (args.delete_original !== true) {
      const error = this.verdictOf('response_url', judgeMessage(args), args.blocks);
      if (error !== undefined) {
        answer(response, 200, { ok: false, error });
        return;
      }
    }
    this.deliveries.push({
      how: 'respond',
      method: 'response_url',
      args,
      at,
      channel: known.channel,
      user: known.user,
      text: String(args.text ?? ''),
      blocks: listOf(args.blocks).filter(isFields),
      responseUrl: `${this.url}${path}`,
    });
    response.setHeader('content-type', 'text/plain');
    response.end('ok');
  }

  private async download(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = /\/files-pri\/[^/]*?-(F\w+)\//.exec(path)?.[1] ?? '';
    const call: ApiCall = {
      method: 'files',
      args: { path },
      token: request.headers.authorization?.slice(7),
      at: performance.now(),
    };
    this.calls.push(call);
    response.on('finish', () => {
      call.answer = { finished: true };
    });
    const trouble = await this.trouble('files');
    if (trouble !== undefined) {
      response.statusCode = trouble.status ?? 500;
      response.end();
      return;
    }
    const file = this.hosted.get(id);
    if (file === undefined) {
      await this.pass(request, Buffer.alloc(0), response, path);
      return;
    }
    if (file.redirect !== undefined) {
      response.writeHead(302, { location: file.redirect }).end();
      return;
    }
    // Slack shows its login page, with status 200, to whoever may not read the file.
    if (request.headers.authorization !== `Bearer ${BOT.token}`) {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!DOCTYPE html><title>Slack</title>');
      return;
    }
    response.setHeader('content-type', file.type ?? 'text/plain; charset=utf-8');
    if (file.path === undefined) response.end(file.content ?? '');
    else createReadStream(file.path).pipe(response);
  }

  private async pass(request: IncomingMessage, body: Buffer, response: ServerResponse, path: string): Promise<void> {
    const upload = /^\/upload\/v1\/(\w+)$/.exec(path)?.[1];
    if (upload !== undefined) this.uploads.set(upload, body.toString());
    const passed = await fetch(`${this.workspace.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: forwarded(request, request.headers.authorization?.slice(7)),
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await passed.arrayBuffer()));
  }

  private async trouble(method: string): Promise<Trouble | undefined> {
    const found = this.troubles.find((entry) => entry.method === method && entry.left > 0);
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.trouble.delayMs !== undefined) await sleep(found.trouble.delayMs);
    const { delayMs: _waited, times: _times, ...rest } = found.trouble;
    return Object.keys(rest).length === 0 ? undefined : found.trouble;
  }

  /** The `trigger_id` of a click or command of a person. */
  trigger(person: Person): Promise<string> {
    return this.workspace.trigger(person);
  }
}

function troubled({ error, status, retryAfterSeconds }: Trouble): Fields {
  if (retryAfterSeconds !== undefined) return { ok: false, error: 'ratelimited' };
  return { ok: false, error: error ?? (status === undefined ? 'expired_url' : 'internal_error') };
}

function forwarded(request: IncomingMessage, token: string | undefined): Record<string, string> {
  return {
    'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function answer(response: ServerResponse, status: number, body: Fields): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function truthy(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}

function falsy(value: unknown): boolean {
  return value === false || value === 'false' || value === 0 || value === '0';
}
