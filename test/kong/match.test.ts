// Which route a request would match: as a real Kong 3.9.3 routed it, and as the routers of Kong order several.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failingRequest } from '../../src/kong/failing-request.ts';
import { matchRoutes } from '../../src/kong/match.ts';
import { recordedList } from '../support/admin-api-peer.ts';

interface Routed {
  readonly method: string;
  readonly path: string;
  readonly route: string;
}
type Raw = Readonly<Record<string, unknown>>;

function winner(text: string, routes: readonly Raw[], flavour = 'traditional', version = '3.9.3'): unknown {
  const request = failingRequest(text);
  assert.ok(request !== undefined, text);
  return matchRoutes(routes, request, { version, flavour }).matching[0]?.route.name;
}

test('every recorded request matches the route that answered it', () => {
  const file = join(import.meta.dirname, '../fixtures/kong/routed.json');
  const routed = JSON.parse(readFileSync(file, 'utf8')) as readonly Routed[];
  assert.ok(routed.length > 10);
  for (const flavour of ['traditional', 'traditional_compatible'])
    for (const { method, path, route } of routed)
      assert.equal(
        winner(`${method} api.example.com${path}`, recordedList('routes'), flavour),
        route ?? undefined,
        path,
      );
});

test('more kinds of conditions, plain hosts, regular expressions and longer prefixes come first', () => {
  const routes: readonly Raw[] = [
    { name: 'short', paths: ['/o'] },
    { name: 'long', paths: ['/orders'] },
    { name: 'regex', paths: ['~/orders/\\d+$'], regex_priority: 1 },
    { name: 'wild', hosts: ['*.example.com'], paths: ['/both'] },
    { name: 'plain', hosts: ['api.example.com'], paths: ['/both'] },
    { name: 'posted', paths: ['/o'], methods: ['POST'] },
  ];
  for (const flavour of ['traditional', 'traditional_compatible']) {
    assert.equal(winner('/orders/x', routes, flavour), 'long');
    assert.equal(winner('/orders/7', routes, flavour), 'regex');
    assert.equal(winner('POST /orders/7', routes, flavour), 'posted');
    assert.equal(winner('https://api.example.com/both', routes, flavour), 'plain');
    assert.equal(winner('https://web.example.com/both', routes, flavour), 'wild');
    assert.equal(winner('https://other.test/both', routes, flavour), undefined);
  }
});

test('what cannot be told is said, and an expression that explodes is cut off', () => {
  const request = failingRequest('https://api.example.com/orders/7');
  assert.ok(request !== undefined);
  const facts = { version: '3.9.3', flavour: 'expressions' };
  const routes: readonly Raw[] = [
    { name: 'plain', paths: ['/orders'] },
    { name: 'header', paths: ['/orders'], headers: { 'x-tenant': ['a'] } },
    { name: 'expression', expression: 'http.path ^= "/orders"' },
    { name: 'explodes', paths: ['~/(([a-z]+)+)+\\d!'] },
  ];
  const { matching, open } = matchRoutes(routes, request, facts);
  assert.deepEqual(
    matching.map(({ route }) => route.name),
    ['plain'],
  );
  assert.deepEqual(
    open.map(({ route }) => route.name),
    ['expression', 'header'],
  );
  const long = { ...request, path: `/${'a'.repeat(60)}` };
  assert.deepEqual(
    matchRoutes(routes, long, facts).open.map(({ route }) => route.name),
    ['expression', 'explodes'],
  );
});

test('a name is no address, and a way out is none either', () => {
  for (const name of ['orders', 'api.example.com', 'GET orders/../..x y', '../plugins', ''])
    assert.equal(failingRequest(name), undefined, name);
  assert.equal(failingRequest('/a/../b//c?x=1')?.path, '/b/c');
});
