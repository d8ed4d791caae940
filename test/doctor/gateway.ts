// A gateway for the doctor's tests: examined over HTTP through the verb, from lists that each test gives.
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { CheckResult } from '../../src/doctor/check.ts';
import { type DoctorReport, type ExamineOptions, examine } from '../../src/doctor/examine.ts';
import { AdminClient } from '../../src/kong/client.ts';
import { type Entity, gatewayAt, recorded, startAdminApi } from '../support/admin-api-peer.ts';

export const NOW = Date.parse('2026-11-25T12:00:00Z');

export interface Given {
  readonly lists?: Readonly<Record<string, readonly Entity[]>>;
  /** Of `GET /`, over the recording of 3.9.3. */
  readonly root?: Entity;
  readonly configuration?: Entity;
  readonly options?: Partial<ExamineOptions>;
}

const EMPTY = ['services', 'routes', 'plugins', 'consumers', 'certificates', 'ca_certificates', 'upstreams'];
const CREDENTIALS = ['key-auths', 'basic-auths', 'jwts', 'hmac-auths', 'oauth2', 'mtls-auths', 'acls'];

/** Examines a gateway that holds these lists and nothing else. */
export async function examined(t: TestContext, given: Given): Promise<DoctorReport> {
  const root = recorded('root');
  const configuration = { ...(root.configuration as Entity), ...given.configuration };
  const peer = await startAdminApi({
    lists: { ...Object.fromEntries([...EMPTY, ...CREDENTIALS].map((name) => [`/${name}`, []])), ...given.lists },
    answers: { '/': { ...root, ...given.root, configuration } },
  });
  t.after(() => peer.close());
  const gateway = gatewayAt(peer.url);
  const client = new AdminClient(gateway);
  t.after(() => client.close());
  return await examine(client, { key: randomBytes(32), now: NOW, gateway, ...given.options });
}

/** The results of one check. */
export async function resultsOf(t: TestContext, check: string, given: Given): Promise<readonly CheckResult[]> {
  return (await examined(t, given)).results.filter((result) => result.check === check);
}

/** An id that Kong could have given. */
export function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function service(number: number, more: Entity = {}): Entity {
  return { id: id(100 + number), name: `service-${number}`, host: 'upstream', port: 80, protocol: 'http', ...more };
}

/** A route of that service. */
export function route(number: number, more: Entity = {}): Entity {
  return {
    id: id(200 + number),
    name: `route-${number}`,
    service: { id: id(100 + number) },
    paths: [`/${number}`],
    protocols: ['http', 'https'],
    ...more,
  };
}

/** A plugin on the route of that number; `more` moves it elsewhere. */
export function plugin(number: number, name: string, config: Entity = {}, more: Entity = {}): Entity {
  return { id: id(300 + number), name, enabled: true, route: { id: id(200 + number) }, config, ...more };
}

export function consumer(number: number, more: Entity = {}): Entity {
  return { id: id(400 + number), username: `consumer-${number}`, ...more };
}

export function credential(number: number, owner: number, more: Entity): Entity {
  return { id: id(500 + number), consumer: { id: id(400 + owner) }, ...more };
}
