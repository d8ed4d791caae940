// kongauth inspect from the command line, against a peer that answers as Kong 3.9.3 was recorded to.
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { DiagnosisJson } from '../../src/render/json.ts';
import { type PeerOptions, recorded, recordedList, startAdminApi } from '../support/admin-api-peer.ts';
import { atTerminal } from '../support/at-terminal.ts';

/** Every secret of the recordings. */
const SECRETS = [
  'websecret0123456789abcdef',
  'web-key-1',
  '64b31a3a221d19364c4d081017d1066fa0105b48',
  'hmacsecret',
  'prov123',
  'c3ZjOmNoYW5nZW1l',
  'very-secret-token',
];
const KEY_AUTH_ON_ANON = '4076785c-fdab-41c3-9188-8fcced3203a7';

const VARIABLES = ['KONG_ADMIN_URL', 'KONG_ADMIN_TOKEN', 'KONG_WORKSPACE'] as const;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
after(() => {
  for (const [name, value] of before) set(name, value);
});

function set(name: (typeof VARIABLES)[number], value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

async function inspect(commandLine: string, clock: () => number = () => Date.parse('2026-11-24T04:00:00Z')) {
  const { status, out, err } = await atTerminal(['inspect', ...commandLine.split(' ')], '', {
    progress: true,
    now: clock,
  });
  for (const secret of SECRETS) assert.ok(!`${out}${err}`.includes(secret), `${commandLine} prints ${secret}`);
  return { status, out, err };
}

async function gateway(t: TestContext, options: PeerOptions = {}) {
  const peer = await startAdminApi(options);
  set('KONG_ADMIN_URL', peer.url);
  set('KONG_ADMIN_TOKEN', options.token);
  set('KONG_WORKSPACE', options.workspace);
  t.after(() => peer.close());
  return peer;
}

/** The lines below a heading, up to the next blank line. */
function below(heading: string, out: string): string[] {
  const block = out.split('\n\n').find((text) => text.startsWith(heading));
  assert.ok(block !== undefined, `${heading} is not in\n${out}`);
  return block.split('\n').slice(1);
}

test('status tells version, database, memory and upstream health', async (t) => {
  await gateway(t);
  const { status, out } = await inspect('status');
  assert.equal(status, 0);
  assert.deepEqual(below('Kong 3.9.3, community', out).slice(-2), [
    '  database: postgres, reachable',
    '  worker 21700: 54.45 MiB of Lua memory',
  ]);
  assert.ok(below('Upstreams', out).includes('  orders-up 127.0.0.1:19001: HEALTHCHECKS_OFF'));
  assert.match(out, /role is traditional: only a control plane tells of data planes/);
});

test('status of a control plane tells of its data planes, of a DB-less node its hash', async (t) => {
  await gateway(t, {
    answers: {
      '/': { version: '3.9.3', hostname: 'cp', configuration: { database: 'off', role: 'control_plane' } },
      '/status': { configuration_hash: '0123abcd', memory: { workers_lua_vms: [] } },
    },
    lists: {
      '/clustering/data-planes': [
        { hostname: 'dp-1', version: '3.9.3', config_hash: 'feedbeef', sync_status: 'normal', last_seen: 1795455562 },
      ],
    },
  });
  const { out } = await inspect('status');
  assert.match(out, /database: none \(DB-less\)\n {2}configuration hash: 0123abcd/);
  assert.deepEqual(below('Data planes', out), [
    '  dp-1: 3.9.3, normal, config feedbeef, last seen 2026-11-23T17:39:22.000Z',
  ]);
});

test('status goes on where the node has no data planes or a token may not read upstreams', async (t) => {
  await gateway(t, {
    answers: { '/': { version: '3.4.0' } },
    faults: [{ at: '/upstreams', does: 403 }],
  });
  const { status, out } = await inspect('status');
  assert.equal(status, 0);
  const notes = below('Notes', out).join(' ').replace(/\s+/g, ' ');
  assert.match(notes, /GET \/upstreams at \S+ was answered 403: the token may not read this/);
  assert.match(notes, /GET \/clustering\/data-planes at \S+ was answered 404: this edition or node/);
});

test('a route: its service and the plugins in execution order', async (t) => {
  await gateway(t, { pageSize: 7 });
  const { status, out } = await inspect('route tpl');
  assert.equal(status, 0);
  assert.deepEqual(below('Belongs together with', out), ['  service orders']);
  assert.deepEqual(
    below('Plugins, in execution order', out).map((row) => row.replace(/, id .*/, '')),
    [
      '  1. jwt (priority 1450), on the route tpl',
      '  2. request-transformer (priority 801), on the route tpl',
      '  3. prometheus (priority 13), on every request',
      '  4. file-log (priority 9), on every request',
    ],
  );
  const id = recordedList('routes').find((route) => route.name === 'tpl')?.id;
  assert.equal((await inspect(`route ${String(id)}`)).out, out);
});

test('a service: its routes, and the plugins that only some of them have', async (t) => {
  await gateway(t);
  const { out } = await inspect('service orders');
  assert.ok(below('Belongs together with', out).includes('  route tpl'));
  assert.ok(
    below('Only for some requests', out).some((row) => row.startsWith('  jwt (priority 1450), on the route tpl')),
  );
});

test('what is wrong is said with the call that shows it', async (t) => {
  await gateway(t);
  const { out } = await inspect('route replace');
  assert.match(out, /auth-header-overwritten/);
  assert.match(out, /GET \/plugins:\d+\n/);
  assert.match(out, /\[basic-credential fp:[0-9a-f]{8}\]/);
});

test('a consumer: credentials only as type, identifier and fingerprint', async (t) => {
  await gateway(t);
  const { out } = await inspect('consumer web');
  const [key, basic, jwt, acl, ...more] = below('Credentials', out);
  assert.match(key ?? '', /^ {2}key-auth 4676b48e-\S+, secret fp:[0-9a-f]{8}$/);
  assert.match(basic ?? '', /^ {2}basic-auth web, secret fp:[0-9a-f]{8}$/);
  assert.match(jwt ?? '', /^ {2}jwt web-iss, secret fp:[0-9a-f]{8}$/);
  assert.equal(acl, '  acls gold');
  assert.deepEqual(more, []);
  assert.match((await inspect('consumer mobile')).out, /hmac-auth mobile, secret fp:[0-9a-f]{8}/);
});

test('a plugin by id with what runs beside it, by name with all its instances', async (t) => {
  await gateway(t);
  const one = await inspect(`plugin ${KEY_AUTH_ON_ANON}`);
  assert.match(one.out, /^plugin key-auth, on the route anon\n/);
  assert.deepEqual(below('Belongs together with', one.out), ['  route anon', '  service orders']);
  const all = await inspect('plugin key-auth');
  assert.equal(all.out.match(/^plugin key-auth, on the route \w+$/gm)?.length, 6);
  assert.match((await inspect('plugin oauth2')).out, /config\.provision_key: \[provision-key fp:[0-9a-f]{8}\]/);
});

test('JSON has the inspection and the diagnosis of the contract', async (t) => {
  await gateway(t);
  for (const commandLine of [
    'status',
    'service orders',
    'route replace',
    'consumer web',
    'consumer mobile',
    'plugin oauth2',
  ]) {
    const { status, out } = await inspect(`${commandLine} --format json`);
    assert.equal(status, 0);
    const { version, inspected, diagnosis } = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual([version, inspected], [1, commandLine.split(' ')[0]]);
    DiagnosisJson.parse(diagnosis);
  }
});

test('the more specific instance runs, and the node tells the priority of its own plugins', async (t) => {
  const [service] = recordedList('services');
  const route = { ...recordedList('routes')[0], id: 'r1', name: 'mine', service: { id: service?.id } };
  const on = (id: string, name: string, scope: object, more: object = {}) => ({
    ...{ id, name, enabled: true, config: {}, service: null, route: null, consumer: null },
    ...scope,
    ...more,
  });
  const root = recorded('root');
  await gateway(t, {
    answers: { '/': { ...root, plugins: { available_on_server: { 'our-auth': { priority: 1300, version: '1' } } } } },
    lists: {
      '/routes': [route],
      '/plugins': [
        on('global', 'key-auth', {}),
        on('service', 'key-auth', { service: { id: service?.id } }),
        on('route', 'key-auth', { route: { id: 'r1' } }),
        on('elsewhere', 'jwt', { route: { id: 'r2' } }),
        on('off', 'basic-auth', {}, { enabled: false }),
        on('one', 'rate-limiting', { consumer: { id: 'c1' } }),
        on('own', 'our-auth', {}),
      ],
    },
  });
  const { plugins } = JSON.parse((await inspect('route mine --format json')).out) as {
    plugins: Record<string, { id: string }[]>;
  };
  const ids = Object.fromEntries(Object.entries(plugins).map(([key, list]) => [key, list.map(({ id }) => id)]));
  assert.deepEqual(ids, { running: ['own', 'route'], sometimes: ['one'], replaced: ['global', 'service'].sort() });
});

test('names of people with slashes, blanks and Unicode find their own entity only', async (t) => {
  const consumer = { id: 'c9', username: 'Zoë/orders', created_at: 1 };
  const peer = await gateway(t, { lists: { '/consumers': [consumer] } });
  const { status, out } = await inspect('consumer Zoë/orders');
  assert.equal(status, 0);
  assert.match(out, /^consumer Zoë\/orders\n/);
  assert.equal(peer.calls[0], 'GET /consumers/Zo%C3%AB%2Forders');
  assert.ok(peer.calls.every((call) => call.startsWith('GET ')));
  const refused = await inspect('consumer ../plugins');
  assert.deepEqual([refused.status, refused.out], [2, '']);
});

test('what fails ends with status 2 and one sentence', async (t) => {
  const fails = async (commandLine: string, words: RegExp): Promise<void> => {
    const { status, out, err } = await inspect(commandLine);
    assert.deepEqual([status, out], [2, ''], commandLine);
    assert.match(err, /^kongauth: [^\n]+\.\n$/);
    assert.match(err, words);
  };
  await gateway(t, { token: 'very-secret-token', workspace: 'team' });
  await fails('route nope', /GET \/routes\/nope was answered 404: there is none of that name or id/);
  await fails('plugin nope', /No plugin has nope as id/);
  await fails('route', /inspect takes status, or one of/);
  await fails('status now', /inspect takes status/);
  await fails('upstream orders', /inspect takes status/);
  await fails('status --format xml', /--format of inspect/);
  set('KONG_ADMIN_TOKEN', 'wrong');
  await fails('route tpl', /answered 401.*KONG_ADMIN_TOKEN/);
  await gateway(t, { faults: [{ at: '/plugins', does: 'truncate' }] });
  await fails('route tpl', /not answered with whole JSON/);
  const gone = await gateway(t);
  await gone.close();
  await fails('status', /nothing listens there/);
  set('KONG_ADMIN_URL', undefined);
  await fails('status', /KONG_ADMIN_URL is missing/);
});

test('what takes long shows its progress on standard error and takes it away', async (t) => {
  await gateway(t);
  let now = Date.parse('2026-11-24T04:00:00Z');
  const { status, err } = await inspect('service orders', () => {
    now += 500;
    return now;
  });
  assert.equal(status, 0);
  assert.match(err, /reading \d+ kB/);
  assert.ok(err.endsWith('\r\u001b[K'));
});
