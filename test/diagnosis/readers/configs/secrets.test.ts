// A secret in any position of a configuration leaves no reader, neither in fields nor in excerpts once these are redacted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartShape } from '../../../../src/diagnosis/intake/part.ts';
import { readPart } from '../../../../src/diagnosis/readers/index.ts';
import { keptReading, partOf } from '../observe.ts';

const S = 'Zq7vP2mK9xR4tL8w';
const POSITIONS: readonly (readonly [string, string, PartShape])[] = [
  ['client_secret of a plugin', `plugins:\n- name: openid-connect\n  config:\n    client_secret: [${S}]\n`, 'yaml'],
  [
    'session_secret',
    `plugins:\n- name: openid-connect\n  config: {issuer: "https://a/", session_secret: ${S}}\n`,
    'yaml',
  ],
  ['redis password', `plugins:\n- name: rate-limiting\n  config:\n    redis:\n      password: ${S}\n`, 'yaml'],
  [
    'header of a log plugin',
    `plugins:\n- name: http-log\n  config:\n    headers:\n      Authorization: ${S}\n`,
    'yaml',
  ],
  [
    'header added upstream',
    `plugins:\n- name: request-transformer\n  config:\n    add:\n      headers: ["Authorization:Bearer ${S}"]\n`,
    'yaml',
  ],
  ['password in a URL', `_format_version: "3.0"\nservices:\n- name: a\n  url: http://u:${S}@b\n`, 'yaml'],
  ['key on one line', `{"data":[{"id":"1","key":"${S}","consumer":{"id":"2"},"created_at":1}],"next":null}`, 'json'],
  ['jwt secret', `{"key":"iss","secret":"${S}","algorithm":"HS256","consumer":{"id":"2"},"id":"3"}`, 'json'],
  ['basic password', `{"username":"u","password":"${S}","consumer":{"id":"2"},"id":"3"}`, 'json'],
  ['oauth2 client', `{"client_id":"a","client_secret":"${S}","redirect_uris":["x"],"id":"3","name":"n"}`, 'json'],
  [
    'Secret of Kubernetes',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  anything: ${S}\n`,
    'yaml',
  ],
  [
    'KongConsumer key',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: x, labels: {konghq.com/credential: key-auth}}\nstringData: {key: ${S}}\n`,
    'yaml',
  ],
  ['variable', `KONG_PG_PASSWORD=${S}`, 'settings'],
  ['kong.conf', `pg_host = db\npg_password = ${S}`, 'settings'],
  ['Helm', `env:\n  pg_host: db\n  pg_password: ${S}\n`, 'yaml'],
  ['compose', `services:\n  kong:\n    environment:\n      KONG_PG_PASSWORD: ${S}\n`, 'yaml'],
  ['JWK', `{"kty":"oct","kid":"a","k":"${S}"}`, 'json'],
  ['cut off', `{"name":"openid-connect","config":{"issuer":"https://a/","client_secret":["${S}`, 'json'],
];

for (const [name, text, shape] of POSITIONS) {
  test(`a secret as ${name}`, () => {
    const reading = keptReading();
    const { kind } = readPart(partOf(text, shape), reading);
    assert.notEqual(kind, 'prose', 'the position is only tested when a reader took it');
    for (const { ...observation } of reading.observations) {
      const { sighting, lines, text: said, ...rest } = observation as unknown as Record<string, unknown>;
      assert.ok(!JSON.stringify(rest).includes(S), JSON.stringify(rest));
      for (const raw of [sighting, said, ...Object.values(lines ?? {})])
        assert.ok(!reading.redactor.text(excerptOf(raw)).includes(S), excerptOf(raw));
    }
  });
}

function excerptOf(value: unknown): string {
  return typeof value === 'string' ? value : String((value as { excerpt?: string } | undefined)?.excerpt ?? '');
}
