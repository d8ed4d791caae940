// Which plugins run at a spot of the live gateway, and in which order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttachedPlugin, executionAt, type Spot } from '../../src/kong/execution.ts';

function plugin(id: string, scope: AttachedPlugin['scope'], more: Partial<AttachedPlugin> = {}): AttachedPlugin {
  return { id, name: 'rate-limiting', enabled: true, priority: 910, scope, ...more };
}

function idsAt(plugins: readonly AttachedPlugin[], spot: Spot) {
  const { running, sometimes, replaced } = executionAt(plugins, spot);
  const ids = (list: readonly AttachedPlugin[]) => list.map(({ id }) => id);
  return { running: ids(running), sometimes: ids(sometimes), replaced: ids(replaced) };
}

test('of one name the most specific scope wins, as Kong looks them up', () => {
  const bySpecificity = [
    plugin('all three', { route: 'r', service: 's', consumer: 'c' }),
    plugin('route and consumer', { route: 'r', consumer: 'c' }),
    plugin('service and consumer', { service: 's', consumer: 'c' }),
    plugin('route and service', { route: 'r', service: 's' }),
    plugin('consumer', { consumer: 'c' }),
    plugin('route', { route: 'r' }),
    plugin('service', { service: 's' }),
    plugin('global', {}),
  ];
  for (const [at, winner] of bySpecificity.entries()) {
    const rivals = bySpecificity.slice(at).reverse();
    assert.deepEqual(idsAt(rivals, { route: 'r', service: 's', consumer: 'c' }).running, [winner.id]);
  }
});

test('what another route, service or consumer has, and what is switched off, does not run', () => {
  const plugins = [
    plugin('other route', { route: 'r2' }),
    plugin('other service', { service: 's2' }),
    plugin('other consumer', { consumer: 'c2' }),
    plugin('off', {}, { enabled: false }),
  ];
  assert.deepEqual(idsAt(plugins, { route: 'r', service: 's', consumer: 'c' }), {
    running: [],
    sometimes: [],
    replaced: [],
  });
});

test('on a route the plugins of consumers and groups run for some requests', () => {
  const plugins = [
    plugin('consumer', { consumer: 'c' }),
    plugin('group', { consumerGroup: 'g' }),
    plugin('group elsewhere', { consumerGroup: 'g', route: 'r2' }),
    plugin('service', { service: 's' }),
  ];
  assert.deepEqual(idsAt(plugins, { route: 'r' }), { running: [], sometimes: ['consumer', 'group'], replaced: [] });
  assert.deepEqual(idsAt(plugins, { route: 'r', service: 's' }).running, ['service']);
});

test('on a service the plugins of its own routes run for some requests', () => {
  const plugins = [plugin('own', { route: 'r' }), plugin('foreign', { route: 'r2' }), plugin('global', {})];
  assert.deepEqual(idsAt(plugins, { service: 's', routes: ['r'] }), {
    running: ['global'],
    sometimes: ['own'],
    replaced: [],
  });
});

test('of a consumer its own plugins and the global ones run, those of its own on one route for some requests', () => {
  const plugins = [
    plugin('own', { consumer: 'c' }),
    plugin('own on a route', { consumer: 'c', route: 'r' }),
    plugin('route', { route: 'r' }),
    plugin('global', {}),
  ];
  assert.deepEqual(idsAt(plugins, { consumer: 'c' }), {
    running: ['own'],
    sometimes: ['own on a route'],
    replaced: ['global'],
  });
});

test('higher priority runs first, of equal priority the later name', () => {
  const plugins = [
    plugin('a', {}, { name: 'a-auth', priority: 1000 }),
    plugin('low', {}, { name: 'log', priority: 9 }),
    plugin('b', {}, { name: 'b-auth', priority: 1000 }),
  ];
  assert.deepEqual(idsAt(plugins, { route: 'r' }).running, ['b', 'a', 'low']);
});
