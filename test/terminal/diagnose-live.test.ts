// kongauth diagnose --live from the command line, against a peer that answers as Kong 3.9.3 was recorded to.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { DiagnosisJson } from '../../src/render/json.ts';
import { type PeerOptions, startAdminApi } from '../support/admin-api-peer.ts';
import { atTerminal } from '../support/at-terminal.ts';

const TOKEN = 'very-secret-token';
const SECRETS = ['websecret0123456789abcdef', 'web-key-1', '64b31a3a221d19364c4d081017d1066fa0105b48', TOKEN];
const PASTE = `{"id":"d3a55c5c-ea13-4e65-a1df-544cff63e268","username":"partner-acme","custom_id":null,"created_at":1795455411,"tags":null}

10.1.2.3 - - [24/Nov/2026:03:00:00 +0000] "GET /key/7 HTTP/1.1" 401 26 "-" "curl/8.5.0" kong_request_id: "0293ac4135b8633692d0253b83eaaa59"
`;

const VARIABLES = ['KONG_ADMIN_URL', 'KONG_ADMIN_TOKEN', 'KONGAUTH_CONFIG'] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
const folder = mkdtempSync(join(tmpdir(), 'kongauth-diagnose-live-'));
after(() => {
  for (const [name, value] of before) set(name, value);
  rmSync(folder, { recursive: true });
});

function set(name: (typeof VARIABLES)[number], value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

async function diagnose(commandLine: string, progress = false) {
  let clock = Date.parse('2026-11-24T04:00:00Z');
  const { status, out, err } = await atTerminal(['diagnose', ...commandLine.split(' ')], PASTE, {
    progress,
    // Every look at the clock is half a second later, so that progress is drawn.
    now: () => (clock += 500),
  });
  for (const secret of SECRETS) assert.ok(!`${out}${err}`.includes(secret), `${commandLine} prints ${secret}`);
  return { status, out, err };
}

async function gateway(t: TestContext, options: PeerOptions = {}) {
  const peer = await startAdminApi({ token: TOKEN, ...options });
  set('KONGAUTH_CONFIG', undefined);
  set('KONG_ADMIN_URL', peer.url);
  set('KONG_ADMIN_TOKEN', TOKEN);
  t.after(() => peer.close());
  return peer;
}

test('it judges again with what the gateway says, and tells what was looked at', async (t) => {
  const peer = await gateway(t);
  const plain = await diagnose('-');
  assert.doesNotMatch(plain.out, /credential-unknown/);
  assert.equal(peer.calls.length, 0);
  const { status, out, err } = await diagnose('--live');
  assert.equal(status, 0);
  assert.match(out, /credential-unknown/);
  assert.match(out, /GET \/consumers\/d3a55c5c-ea13-4e65-a1df-544cff63e268\/key-auth:1/);
  assert.match(out, /\nLooked at live in the gateway \S+: route key; service orders; consumer partner-acme; plugins/);
  assert.match(out, /http:\/\/localhost:8001\/consumers\/partner-acme\/key-auth/);
  assert.ok(!out.includes(peer.url));
  assert.equal(err, '');
  assert.ok(peer.calls.every((call) => call.startsWith('GET ')));
});

test('formats for programs stay whole: the words about the gateway go to standard error', async (t) => {
  await gateway(t, { faults: [{ at: '/status', does: 403 }] });
  const json = await diagnose('--live --format json');
  const parsed = DiagnosisJson.parse(JSON.parse(json.out));
  assert.equal(parsed.findings[0]?.cause, 'credential-unknown');
  assert.ok(parsed.inputs.some(({ source }) => source === 'GET /plugins'));
  assert.deepEqual(parsed.secrets, []);
  assert.match(json.err, /Looked at live[\s\S]*GET \/status was answered 403/);
  const markdown = await diagnose('--live --format markdown');
  assert.match(markdown.out, /\n- Looked at live in the gateway/);
  JSON.parse((await diagnose('--live --format slack')).out);
});

test('progress is drawn while the gateway is asked, and taken away', async (t) => {
  await gateway(t);
  const { err } = await diagnose('--live', true);
  assert.match(err, /asking the gateway \d+ kB/);
  assert.ok(err.endsWith('\r\u001b[K'));
});

test('an unreachable gateway: the paste alone, why on standard error, the status as without it', async (t) => {
  const peer = await gateway(t);
  await peer.close();
  const live = await diagnose('--live --fail-on 0');
  const plain = await diagnose('--fail-on 0');
  assert.equal(live.out, plain.out);
  assert.equal(live.status, plain.status);
  assert.match(
    live.err,
    /^kongauth: judged by the paste alone, the gateway was not looked at\. The Admin API at \S+ was not reached: nothing listens there[^\n]*\.\n$/,
  );
});

test('which gateway is said by --gateway; what cannot be asked is said before anything is read', async (t) => {
  const peer = await gateway(t);
  const file = join(folder, 'gateways.yaml');
  writeFileSync(
    file,
    `gateways:\n  - name: away\n    admin_url: http://127.0.0.1:9\n  - name: here\n    admin_url: ${peer.url}\n    admin_token: ${TOKEN}\n`,
  );
  set('KONG_ADMIN_URL', undefined);
  set('KONG_ADMIN_TOKEN', undefined);
  set('KONGAUTH_CONFIG', file);
  assert.match((await diagnose('--live --gateway HERE')).out, /in the gateway here: route key/);
  assert.match((await diagnose('--live')).err, /not looked at/);
  const unknown = await diagnose('--live --gateway nowhere');
  assert.deepEqual([unknown.status, unknown.out], [2, '']);
  assert.match(unknown.err, /no gateway of that name; configured: away, here/);
  set('KONGAUTH_CONFIG', undefined);
  const none = await diagnose('--live');
  assert.deepEqual([none.status, none.out], [2, '']);
  assert.match(none.err, /KONG_ADMIN_URL is missing/);
  const alone = await diagnose('--gateway here');
  assert.equal(alone.status, 2);
  assert.match(alone.err, /add --live/);
});
