// kongauth doctor from the command line: formats, exit status, usage, and a gateway that cannot be read.
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { type PeerOptions, startAdminApi } from '../support/admin-api-peer.ts';
import { atTerminal } from '../support/at-terminal.ts';

const before = process.env.KONG_ADMIN_URL;
after(() => {
  if (before === undefined) delete process.env.KONG_ADMIN_URL;
  else process.env.KONG_ADMIN_URL = before;
});

async function doctor(t: TestContext, args: readonly string[], options: PeerOptions = {}) {
  const peer = await startAdminApi(options);
  t.after(() => peer.close());
  process.env.KONG_ADMIN_URL = peer.url;
  const printed = await atTerminal(['doctor', ...args], '', { now: () => Date.parse('2026-11-25T12:00:00Z') });
  return { ...printed, calls: peer.calls };
}

test('the recorded gateway: failures with advice, in words', async (t) => {
  const { status, out } = await doctor(t, []);
  assert.equal(status, 0);
  assert.match(out, /^Kong 3\.9\.3 at default: \d+ failed, \d+ could not look, \d+ passed\./);
  assert.match(out, /\[plugin-combinations\] key-auth on the route anon: Its anonymous consumer ghost does not exist/);
  assert.match(out, /\[plugin-combinations\] On the route two jwt \(route\) and key-auth \(route\) meet/);
  for (const secret of ['web-key-1', 'prov123', 'c3ZjOmNoYW5nZW1l', 'hmacsecret'])
    assert.ok(!out.includes(secret), secret);
});

test('a route, a target and JSON', async (t) => {
  const { status, out } = await doctor(t, ['route', 'hide', '--target', '3.14', '--format', 'json']);
  assert.equal(status, 0);
  const report = JSON.parse(out) as Record<string, unknown> & { results: { check: string; verdict: string }[] };
  assert.deepEqual([report.version, report.kong, report.targetVersion], [1, '3.9.3', '3.14']);
  assert.deepEqual(report.scope, { type: 'route', name: 'hide' });
  assert.ok(report.results.some(({ check }) => check === 'upgrade'));
  assert.equal(typeof (report.diagnosis as { summary: unknown }).summary, 'string');
});

test('--fail-on-failed sets the status, Markdown is one of the formats', async (t) => {
  const { status, out } = await doctor(t, ['--fail-on-failed', '--format', 'markdown']);
  assert.equal(status, 1);
  assert.match(out, /^\*\*Kong 3\.9\.3 at default: /);
  assert.equal((await doctor(t, ['route', 'none', '--fail-on-failed'])).status, 0);
});

test('what is no call of it is told in one line, and nothing is asked', async (t) => {
  for (const args of [
    ['consumer', 'web'],
    ['route'],
    ['route', 'a', 'b'],
    ['--target', 'latest'],
    ['--format', 'slack'],
  ]) {
    const { status, err, calls } = await doctor(t, args);
    assert.equal(status, 2, args.join(' '));
    assert.match(err, /^kongauth: .*\.\n$/);
    assert.deepEqual(calls, []);
  }
});

test('a gateway that cannot be read ends in one sentence', async (t) => {
  const { status, err, out } = await doctor(t, [], { token: 'wanted' });
  assert.deepEqual([status, out], [2, '']);
  assert.match(err, /KONG_ADMIN_TOKEN/);
});
