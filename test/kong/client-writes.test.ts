// Writes to the Admin API: sent once, answered in one sentence that names fields and never values.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ErrorCode, KongauthError } from '../../src/errors.ts';
import type { GatewaySettings } from '../../src/gateway-settings.ts';
import { AdminClient } from '../../src/kong/client.ts';
import { path } from '../../src/kong/path.ts';
import { gatewayAt } from '../support/admin-api-peer.ts';

const SECRET = 'value-that-nobody-may-see';
const AT = path('plugins', 'a/b');

interface Sent {
  readonly call: string;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A client of a server that answers everything so; undefined: it hangs up. */
async function scene(
  t: TestContext,
  status: number | undefined,
  answer: unknown,
  more: Partial<GatewaySettings> = {},
): Promise<{ readonly client: AdminClient; readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      sent.push({ call: `${request.method} ${request.url}`, body, headers: request.headers });
      if (status === undefined) return response.socket?.destroy();
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' });
      return response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new AdminClient(gatewayAt(url, more), { bounds: { pause: 1, time: 2000, bytes: 2 ** 20 } });
  t.after(async () => {
    await client.close();
    server.close();
    server.closeAllConnections();
  });
  return { client, sent };
}

const violation = (fields: unknown) => ({ code: 2, name: 'schema violation', message: SECRET, fields });

for (const [status, answer, code, says] of [
  [400, violation({ config: { nope: SECRET } }), 'kong-rejected', /the field config\.nope; nothing was changed/],
  [400, violation({ config: { a: [SECRET], b: SECRET } }), 'kong-rejected', /the fields config\.a, config\.b;/],
  [400, violation({ '@entity': [SECRET] }), 'kong-rejected', /whose fields do not fit together/],
  [400, violation({ [SECRET.repeat(9)]: 'x' }), 'kong-rejected', /Kong refuses the change; nothing/],
  [
    400,
    violation({ name: "plugin 'openid-connect' not enabled; add it to the 'plugins' configuration property" }),
    'kong-rejected',
    /the plugin is not enabled on this gateway \(`plugins` in kong\.conf\)/,
  ],
  [
    400,
    { status: 400, title: SECRET, invalid_parameters: [{ field: 'config.issuer', reason: SECRET }] },
    'kong-rejected',
    /the field config\.issuer;/,
  ],
  [400, `<html>${SECRET}</html>`, 'kong-rejected', /Kong refuses the change; nothing/],
  [409, violation({ name: SECRET }), 'kong-rejected', /there is one like it already/],
  [405, { code: 12, message: SECRET }, 'kong-read-only', /takes no changes \(DB-less, or a data plane\)/],
  [401, { message: SECRET }, 'kong-refused', /set KONG_ADMIN_TOKEN/],
  [403, { message: SECRET }, 'kong-refused', /token may not change this; nothing was changed/],
  [404, { message: 'Not found' }, 'kong-not-found', /no such thing/],
  [429, { message: SECRET }, 'kong-failed', /too many calls/],
  [302, { message: SECRET }, 'kong-failed', /redirects are not followed/],
  [500, { message: SECRET }, 'kong-outcome-unknown', /does not tell whether it was done/],
  [504, `<html>${SECRET}</html>`, 'kong-outcome-unknown', /does not tell whether it was done/],
  [200, `{"config":"${SECRET}`, 'kong-outcome-unknown', /may or may not have been done/],
  [200, `{"config":"${SECRET.repeat(2 ** 16)}"}`, 'kong-outcome-unknown', /may or may not have been done/],
  [undefined, '', 'kong-outcome-unknown', /may or may not have been done/],
] as const satisfies readonly (readonly [number | undefined, unknown, ErrorCode, RegExp])[])
  test(`a write that is answered ${status ?? 'by nothing'} ${String(says)}`, async (t) => {
    const { client, sent } = await scene(t, status, answer);
    await assert.rejects(client.write('PATCH', AT, { config: { key: SECRET } }), (error) => {
      assert.ok(error instanceof KongauthError);
      assert.equal(error.code, code);
      assert.match(error.message, says);
      assert.ok(!error.message.includes(SECRET.slice(0, 12)), 'a value is told');
      return true;
    });
    assert.equal(sent.length, 1, 'never tried again');
  });

test('a write goes to its own path with token and workspace, and a deletion has no body', async (t) => {
  const { client, sent } = await scene(t, 200, { id: '1' }, { adminToken: 'rbac-1', workspace: 'team a' });
  assert.deepEqual(await client.write('PATCH', AT, { enabled: false }), { id: '1' });
  await client.write('DELETE', AT);
  const [patch, gone] = sent;
  assert.equal(patch?.call, 'PATCH /team%20a/plugins/a%2Fb');
  assert.equal(patch?.body, '{"enabled":false}');
  assert.equal(patch?.headers['kong-admin-token'], 'rbac-1');
  assert.equal(patch?.headers['content-type'], 'application/json');
  assert.deepEqual(
    [gone?.call, gone?.body, gone?.headers['content-type']],
    ['DELETE /team%20a/plugins/a%2Fb', '', undefined],
  );
  const konnect = await scene(t, 204, '', { adminToken: 'kpat_1', konnect: true });
  assert.equal(await konnect.client.write('DELETE', AT), undefined);
  assert.equal(konnect.sent[0]?.headers.authorization, 'Bearer kpat_1');
});

test('a write to a gateway that is not there was certainly not done', async (t) => {
  const client = new AdminClient(gatewayAt('http://127.0.0.1:9'));
  t.after(() => client.close());
  await assert.rejects(client.write('PATCH', AT, {}), (error) => {
    return error instanceof KongauthError && error.code === 'kong-unreachable';
  });
});
