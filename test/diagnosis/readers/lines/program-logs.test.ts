// Logs of the ingress controller, decK and unknown programs: no line of them is taken for a person's words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../../src/diagnosis/diagnose.ts';
import { observeAll, observeLines, ofKind } from '../observe.ts';

const REFUSED = String.raw`HTTP status 400 (message: \"declarative config is invalid: {}\")`;
const CONTROLLER = {
  logfmt: `time="2026-10-12T07:01:02Z" level=error msg="could not update kong admin" error="posting new config to /config: ${REFUSED}" subsystem=dataplane-synchronizer`,
  'JSON of zap': `{"level":"error","ts":"2026-10-12T07:01:02.000Z","logger":"dataplane-synchronizer","msg":"Could not update kong admin","error":"posting new config to /config: ${REFUSED}"}`,
  'tabs of zap': `2026-10-12T07:01:02.000Z\terror\tdataplane-synchronizer\tCould not update kong admin\t{"error": "posting new config to /config: ${REFUSED}"}`,
};
for (const [form, line] of Object.entries(CONTROLLER)) {
  test(`the controller's entry in ${form}`, () => {
    const { kinds, observations } = observeLines(line);
    assert.deepEqual(kinds, ['ingress-controller-log']);
    const [entry] = ofKind(observations, 'log-entry');
    assert.equal(entry?.product, 'kic');
    assert.equal(entry?.at, Date.UTC(2026, 9, 12, 7, 1, 2));
    assert.match(
      entry?.text ?? '',
      /update kong admin: posting new config to \/config: HTTP status 400 \(message: "decl/,
    );
  });
}

test('an event of kubectl', () => {
  const { kinds, observations } = observeLines(
    '5m    Warning   KongConfigurationTranslationFailed   ingress/orders   referenced KongPlugin or KongClusterPlugin "auth" does not exist',
  );
  assert.deepEqual(kinds, ['ingress-controller-log']);
  assert.match(ofKind(observations, 'log-entry')[0]?.text ?? '', /"auth" does not exist$/);
});

test('decK: changes, differences, errors, summary', () => {
  const { kinds, observations } = observeLines(
    [
      'creating service orders',
      'updating plugin key-auth for route orders  {',
      '   "config": {',
      '-    "hide_credentials": false',
      '+    "hide_credentials": true',
      '   }',
      ' }',
      'Summary:',
      '  Created: 1',
      'Error: 1 errors occurred:',
      '\twhile processing event: {Create} plugin acl for route x failed: HTTP status 400 (message: "schema violation (config: y)")',
      'We use decK 1.40.',
    ].join('\n'),
  );
  assert.deepEqual(kinds, [...Array(11).fill('deck-output'), 'none']);
  assert.deepEqual(
    ofKind(observations, 'log-entry').map(({ level }) => level),
    ['info', 'info', 'error', 'error'],
  );
});

const PROGRAMS: Readonly<Record<string, readonly [line: string, level: string]>> = {
  'Spring Boot': [
    '2026-10-12T07:01:02.123+02:00 ERROR 1 --- [nio-8080-exec-1] c.e.SecurityFilter : Unauthorized',
    'error',
  ],
  Python: ['2026-10-12 07:01:02,123 - app.auth - WARNING - unauthorized', 'warn'],
  'Python, short': ['ERROR:root:unauthorized', 'error'],
  Envoy: ['[2026-10-12 07:01:02.123][12][warning][jwt] [source/jwt.cc:12] unauthorized', 'warn'],
  PostgreSQL: ['2026-10-12 07:01:02.123 UTC [123] FATAL:  password authentication failed for user "kong"', 'crit'],
  'Kubernetes’ klog': ['E1012 07:01:02.123456       1 reflector.go:138] unauthorized', 'error'],
  '.NET': ['fail: Microsoft.AspNetCore.Server.Kestrel[0] unauthorized', 'error'],
  pino: ['{"level":50,"time":1791788462123,"pid":1,"hostname":"x","msg":"unauthorized"}', 'error'],
  logfmt: ['level=warn msg="unauthorized" caller=main.go:7', 'warn'],
  'a level in brackets': ['[ERROR] unauthorized', 'error'],
};
for (const [program, [line, level]] of Object.entries(PROGRAMS)) {
  test(`a line of ${program} is a log's`, () => {
    const { kinds, observations } = observeLines(line);
    assert.deepEqual(kinds, ['program-log']);
    assert.equal(ofKind(observations, 'log-entry')[0]?.level, level);
  });
}

for (const line of [
  'Since 2026-10-12 07:01 we get 401 unauthorized on one pod',
  '2026-10-12 we upgraded and see errors',
  'ERROR 401 is what the client gets',
  'Error: why does it fail?',
  'info: see below',
  '{"level":"gold","message":"customer"}',
  'level=high and msg=none',
]) {
  test(`a person's words stay prose: ${line}`, () => assert.deepEqual(observeLines(line).kinds, ['none']));
}

const causesOf = async (text: string) =>
  (await diagnose([{ source: 'paste', bytes: text }], { key: new Uint8Array(32) })).findings.map(({ cause }) => cause);

test('a line of a log is no statement of a person, in its own form or out of a container', () => {
  for (const line of ['2026-10-12 07:01:02,123 INFO [main] error, unauthorized', 'orders-1  | error, unauthorized']) {
    const { observations } = observeAll(line);
    assert.deepEqual(ofKind(observations, 'statement'), []);
    assert.equal(ofKind(observations, 'log-entry')[0]?.product, 'other');
  }
});

test('one word of a log proves nothing, a message of Kong quoted in it does', async () => {
  assert.deepEqual(await causesOf('2026-10-12 07:01:02,123 ERROR [main] "Unauthorized"'), []);
  const quoted = `2026-10-12 07:01:02,123 ERROR [main] call failed: 401 {"message":"No credentials found for given 'iss'"}`;
  assert.equal((await causesOf(quoted))[0], 'credential-unknown');
});
