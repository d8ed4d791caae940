// The sample gateway's Admin API: what it answers is what Kong documents, and it takes changes as Kong does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminEntities } from '../../src/local/admin-api.ts';
import { idOf, sampleCollections } from '../../src/local/entities.ts';
import { startSampleGateway } from '../../src/local/gateway.ts';
import { adminOpenApi, noOpenApi } from '../support/openapi.ts';

const KEY_AUTH = `/plugins/${idOf('plugin', 'catalogue-key-auth')}`;

function ask(entities: AdminEntities, method: string, target: string, body = {}) {
  const { pathname, searchParams } = new URL(target, 'http://gateway');
  return entities.answer({ method, path: pathname, query: searchParams, body });
}

const fresh = (): AdminEntities => new AdminEntities(sampleCollections('http://localhost:1/realms/acme'));

test('answers are as Kong documents them', { skip: noOpenApi }, async () => {
  const judge = adminOpenApi();
  assert.ok(judge !== undefined);
  const gateway = await startSampleGateway([]);
  try {
    for (const path of [
      '/services',
      '/services/orders',
      '/services/orders/routes',
      '/routes',
      '/plugins',
      KEY_AUTH,
      '/consumers',
      '/consumers/billing/jwt',
      '/consumers/partner-acme/key-auth',
      '/upstreams',
    ]) {
      const response = await fetch(`${gateway.settings.adminUrl}${path}`);
      const fault = judge.answerFault(
        { method: 'GET', path, query: new URLSearchParams(), body: undefined },
        response.status,
        (await response.json()) as Record<string, unknown>,
      );
      assert.equal(response.status, 200, path);
      assert.equal(fault, undefined, path);
    }
  } finally {
    await gateway.close();
  }
});

test('a PATCH merges records, keeps the rest, and is there when it is read back', () => {
  const entities = fresh();
  const before = ask(entities, 'GET', KEY_AUTH)?.body as { readonly config: object };
  const changed = ask(entities, 'PATCH', KEY_AUTH, { config: { hide_credentials: true } });
  assert.equal(changed?.status, 200);
  const after = ask(entities, 'GET', KEY_AUTH)?.body as { readonly config: object };
  assert.deepEqual(after.config, { ...before.config, hide_credentials: true });
});

test('the schema refuses what it does not know, in validation and in writing', () => {
  const entities = fresh();
  for (const [method, path] of [
    ['POST', '/schemas/plugins/validate'],
    ['PATCH', KEY_AUTH],
  ] as const) {
    const refused = ask(entities, method, path, { name: 'key-auth', config: { nope: true } });
    assert.equal(refused?.status, 400);
    assert.equal(refused?.body?.message, 'schema violation (config.nope: unknown field)');
  }
  assert.equal(ask(entities, 'POST', '/schemas/plugins/validate', { name: 'key-auth', config: {} })?.status, 200);
  assert.equal(ask(entities, 'POST', '/schemas/plugins/validate', { name: 'saml', config: {} })?.status, 400);
});

test('credentials are made below their consumer and found in the collection of all', () => {
  const entities = fresh();
  const made = ask(entities, 'POST', '/consumers/billing/key-auth', { key: 'k' });
  assert.equal(made?.status, 201);
  const own = ask(entities, 'GET', '/consumers/billing/key-auth')?.body as { readonly data: readonly object[] };
  assert.equal(own.data.length, 1);
  const all = ask(entities, 'GET', '/key-auths')?.body as { readonly data: readonly object[] };
  assert.equal(all.data.length, 4);
  assert.equal(ask(entities, 'DELETE', `/key-auths/${String(made?.body?.id)}`)?.status, 204);
  assert.equal(ask(entities, 'GET', `/key-auths/${String(made?.body?.id)}`)?.status, 404);
});

test('lists come in pages', () => {
  const entities = fresh();
  const first = ask(entities, 'GET', '/consumers?size=3')?.body as { readonly data: object[]; readonly offset: string };
  const second = ask(entities, 'GET', `/consumers?size=3&offset=${first.offset}`)?.body as typeof first;
  assert.equal(first.data.length, 3);
  assert.equal(second.data.length, 1);
  assert.equal(second.offset, undefined);
});
