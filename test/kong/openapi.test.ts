// The judge of Admin API requests and answers notices what Kong does not know, and the peer says so when it closes.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { KongauthError } from '../../src/errors.ts';
import { AdminClient } from '../../src/kong/client.ts';
import { path } from '../../src/kong/path.ts';
import { gatewayAt, konnectBase, recorded, startAdminApi } from '../support/admin-api-peer.ts';
import { adminOpenApi, noOpenApi } from '../support/openapi.ts';

const AnyRecord = z.looseObject({});

suite('Kong’s OpenAPI', { skip: noOpenApi }, () => {
  const get = (at: string, query = '') => ({ method: 'GET', path: at, query: new URLSearchParams(query) });

  test('a request that Kong does not know is a fault', () => {
    const fault = adminOpenApi()?.requestFault;
    assert.match(fault?.(get('/route')) ?? '', /no GET \/route/);
    assert.match(fault?.({ method: 'PUT', path: '/status' }) ?? '', /no PUT \/status/);
    assert.match(fault?.(get('/routes', 'filter=x')) ?? '', /no parameter filter/);
    assert.match(fault?.(get('/routes', 'size=ten')) ?? '', /size/);
    assert.match(fault?.({ method: 'PATCH', path: '/routes/x', body: { hosts: 'a' } }) ?? '', /hosts/);
    assert.equal(fault?.(get('/routes', 'size=1000&offset=abc')), undefined);
    assert.equal(fault?.(get('/consumers/a%2Fb/key-auth', 'size=1000')), undefined);
  });

  test('an answer of another form is a fault, a recorded one is none', () => {
    const fault = adminOpenApi()?.answerFault;
    assert.equal(fault?.(get('/routes'), 200, recorded('routes')), undefined);
    assert.match(fault?.(get('/routes'), 200, { data: [{ hosts: 'api.example.com' }] }) ?? '', /hosts/);
    assert.match(fault?.(get('/routes'), 200, { data: 'none' }) ?? '', /data/);
  });

  test('the peer tells of a fault when it closes', async () => {
    const peer = await startAdminApi({ answers: { '/routes/x': { id: 'x', protocols: 'http' } } });
    const client = new AdminClient(gatewayAt(peer.url));
    await client.get(path('routes', 'x'), AnyRecord);
    await assert.rejects(client.get(path('gateways'), AnyRecord), KongauthError);
    await client.close();
    assert.equal(peer.openApiFaults().size, 2, [...peer.openApiFaults()].join('\n'));
    await assert.rejects(peer.close(), /no GET \/gateways/);
  });
});

test('Konnect has entities below a control plane, for a bearer token, and no node', async (t) => {
  const id = '6a1f0c8e-0000-4000-8000-000000000001';
  const peer = await startAdminApi({ konnect: id, token: 'kpat_very-secret-token', pageSize: 5 });
  const at = { konnect: true, adminUrl: `${peer.url}${konnectBase(id)}` };
  const client = new AdminClient(gatewayAt('', { ...at, adminToken: 'kpat_very-secret-token' }));
  const stranger = new AdminClient(gatewayAt('', { ...at, adminToken: 'kpat_other' }));
  t.after(async () => {
    await Promise.all([client.close(), stranger.close()]);
    await peer.close();
  });
  assert.ok((await client.list(path('routes'))).length > 5);
  assert.ok(peer.calls.length > 2);
  await assert.rejects(client.get(path(), AnyRecord), { code: 'kong-not-found' });
  await assert.rejects(client.get(path('status'), AnyRecord), { code: 'kong-not-found' });
  await assert.rejects(stranger.list(path('routes')), { code: 'kong-refused' });
});
