// The page at http://localhost:PORT: its files, its stream of changes and its acts, for this machine's own browser only.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KongauthError } from '../errors.ts';
import { Act, type Acted } from './act.ts';
import { type Fields, parsedOr } from './fields.ts';
import { isFor, type Room } from './room.ts';
import type { SlackFile } from './workspace.ts';

export interface PageParts {
  readonly room: Room;
  /** Names of the people that can be acted as. */
  readonly people: ReadonlyMap<string, string>;
  /** What the page has to know at its start. */
  readonly hello: (person: string) => Promise<Fields>;
  readonly act: (person: string, act: Act) => Promise<Acted>;
  readonly attach: (file: { readonly name: string; readonly content: Uint8Array }) => string;
  readonly play: (person: string, incident: string) => Promise<void>;
  readonly file: (id: string) => Promise<{ readonly file: SlackFile; readonly content: Uint8Array }>;
}

export interface PageServer {
  /** `http://localhost:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

const FOLDER = join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
const SAFETY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
/** As much as Slack lets a log be for us, and a little. */
const FILE_BYTES = 64 * 2 ** 20;
const ACT_BYTES = 2 ** 20;

/**
 * Opens the page on the loopback address.
 * @param port 0 takes any free one
 * @throws KongauthError `settings-invalid` when the port cannot be had
 */
export async function openPage(port: number, parts: PageParts): Promise<PageServer> {
  const files = pageFiles();
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else fail(response, 500, 'That did not work; the terminal may say why.');
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    // A page of the internet whose name is made to point here would be this page's own origin.
    if (!isOwnHost(request.headers.host, server)) return fail(response, 403, 'This page is for localhost only.');
    if (request.method === 'GET') return get(url, response);
    if (request.method !== 'POST') return fail(response, 405, 'Only GET and POST are known here.');
    if (request.headers.origin !== `http://${request.headers.host}`)
      return fail(response, 403, 'Only the page itself may do this.');
    return post(url, request, response);
  }

  async function get(url: URL, response: ServerResponse): Promise<void> {
    const page = files.get(url.pathname);
    if (page !== undefined) {
      response.writeHead(200, { ...SAFETY, 'content-type': page.type }).end(page.content);
      return;
    }
    if (url.pathname === '/changes') return stream(personOf(url), response);
    const [, id] = /^\/files\/(F\w{1,40})\/[^/]+$/.exec(url.pathname) ?? [];
    if (id === undefined) return fail(response, 404, 'There is no such page.');
    const { file, content } = await parts.file(id);
    const isPicture = file.mimetype === 'image/png';
    response.writeHead(200, {
      ...SAFETY,
      'content-type': isPicture ? 'image/png' : 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': isPicture ? 'inline' : `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
    response.end(content);
  }

  async function stream(person: string, response: ServerResponse): Promise<void> {
    const user = parts.people.get(person) ?? '';
    const tell = (event: object): void => void response.write(`data: ${JSON.stringify(event)}\n\n`);
    const hello = await parts.hello(person);
    response.writeHead(200, { ...SAFETY, 'content-type': 'text/event-stream' });
    tell({ kind: 'hello', ...hello });
    for (const change of parts.room.seenBy(user)) tell(change);
    tell({ kind: 'current' });
    const end = parts.room.watch((change) => {
      if (isFor(change, user)) tell(change);
    });
    streams.add(response);
    response.on('close', () => {
      end();
      streams.delete(response);
    });
  }

  async function post(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const person = personOf(url);
    if (url.pathname === '/attach') {
      const content = await bodyOf(request, FILE_BYTES);
      if (content === undefined) return fail(response, 413, 'That file is too large; 64 MB is the most.');
      const name = (url.searchParams.get('name') ?? 'file').replace(/[\\/]/g, '_').slice(0, 200);
      return send(response, { id: parts.attach({ name, content }) });
    }
    const body = parsedOr((await bodyOf(request, ACT_BYTES))?.toString() ?? '');
    if (url.pathname === '/play') {
      await parts.play(person, url.searchParams.get('incident') ?? '');
      return send(response, {});
    }
    const act = Act.safeParse(body);
    if (url.pathname !== '/act' || !act.success) return fail(response, 400, 'The page asked for what is not known.');
    send(response, await parts.act(person, act.data));
  }

  function personOf(url: URL): string {
    const asked = url.searchParams.get('as') ?? '';
    const [first = ''] = parts.people.keys();
    return parts.people.has(asked) ? asked : first;
  }

  await listen(server, port);
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const response of streams) response.end();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The page's own files by path; its modules are read by browsers, which know no types. */
function pageFiles(): ReadonlyMap<string, { readonly type: string; readonly content: string }> {
  const files = new Map<string, { readonly type: string; readonly content: string }>();
  for (const name of readdirSync(FOLDER)) {
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const type = TYPES[extension];
    if (type === undefined) continue;
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const content = extension === 'ts' ? stripTypeScriptTypes(text) : text;
    files.set(name === 'index.html' ? '/' : `/page/${name}`, { type, content });
  }
  return files;
}

function isOwnHost(host: string | undefined, server: Server): boolean {
  const { port } = server.address() as AddressInfo;
  return ['localhost', '127.0.0.1'].some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** Undefined when it is too large. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > most) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { ...SAFETY, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { ...SAFETY, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new KongauthError('settings-invalid', `PORT ${port} cannot be used (${error.code}).`, { cause: error })),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
