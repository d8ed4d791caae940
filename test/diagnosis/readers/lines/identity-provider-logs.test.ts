// Logs of PingFederate and Keycloak: which lines are theirs, and what each says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observe, observeLines, ofKind } from '../observe.ts';

test('server.log of PingFederate: tracking id, class, the OAuth error, the cause below a trace', () => {
  const { kinds, observations } = observeLines(
    [
      '2026-10-12 07:01:02,389 tid:yegigaLInRlHzzGlxLaDLziqeFA DEBUG [org.sourceid.oauth20.handlers.TokenEndpointRequestHandler] Handling exception: org.sourceid.oauth20.handlers.AccessTokenRequestException: invalid_grant: Authorization code is invalid or expired.',
      '\tat org.sourceid.oauth20.handlers.Some.method(Some.java:12)',
      'Caused by: java.lang.IllegalStateException: no such code',
      '2026-10-12 07:01:03,001  INFO [com.pingidentity.appserver.jetty.PingFederateServer] Started',
      '2026-10-12 07:01:03,001  INFO [com.example.Shop] not PingFederate',
    ].join('\n'),
  );
  assert.deepEqual(kinds, [...Array(4).fill('pingfederate-log'), 'program-log']);
  const [entry, cause] = ofKind(observations, 'log-entry');
  assert.equal(entry?.component, 'TokenEndpointRequestHandler');
  assert.equal(entry?.at, Date.UTC(2026, 9, 12, 7, 1, 2, 389));
  assert.equal(cause?.text, 'java.lang.IllegalStateException: no such code');
  assert.deepEqual(ofKind(observations, 'oauth-error')[0]?.error, {
    code: 'invalid_grant',
    description: 'Authorization code is invalid or expired.',
  });
});

for (const [form, ids] of [
  ['until 11', ' tid:cYunBsgybiw_fiRnJjkAhbIXvzc|'],
  ['from 12 on with a transaction id', ' tid:cYunBsgybiw_fiRnJjkAhbIXvzc| 5f3a-11|'],
] as const) {
  test(`audit.log of PingFederate, ${form}: client, status and error`, () => {
    const { kinds, observations } = observeLines(
      `2026-10-12 07:01:02,720|${ids} OAuth| | 192.0.2.7 | | kong| OAuth20| sso.example.com| AS| failure| | invalid_client: Invalid client or client credentials.| 7`,
    );
    assert.deepEqual(kinds, ['pingfederate-log']);
    const [event] = ofKind(observations, 'idp-event');
    assert.equal(event?.clientId, 'kong');
    assert.equal(event?.error, 'invalid_client');
    assert.equal(event?.details.status, 'failure');
    assert.equal(event?.details.trackingId, 'cYunBsgybiw_fiRnJjkAhbIXvzc');
  });
}

test('successes of audit.log are events without an error', () => {
  const { observations } = observeLines(
    '2026-10-12 07:01:02,720| tid:cYun| OAuth| joe| 127.0.0.1 | | ac_client| OAuth20| localhost| AS| success| PdFormAdpt| | 7',
  );
  assert.equal(ofKind(observations, 'idp-event')[0]?.error, undefined);
  assert.deepEqual(ofKind(observations, 'oauth-error'), []);
});

const EVENTS = {
  quoted:
    '2026-10-12 07:01:02,489 WARN  [org.keycloak.events] (executor-thread-17) type="CODE_TO_TOKEN_ERROR", realmId="shop", clientId="kong", userId="null", ipAddress="192.0.2.7", error="invalid_code", grant_type="authorization_code"',
  bare: '07:01:02,489 WARN  [org.keycloak.events] (default task-1) type=CODE_TO_TOKEN_ERROR, realmId=shop, clientId=kong, userId=null, ipAddress=192.0.2.7, error=invalid_code, grant_type=authorization_code',
  'alone, cut out of its line':
    'type="CODE_TO_TOKEN_ERROR", realmName="shop", clientId="kong", error="invalid_code", grant_type="authorization_code"',
  'in a JSON log':
    '{"timestamp":"2026-10-12T07:01:02.489Z","sequence":9,"loggerName":"org.keycloak.events","level":"WARN","message":"type=\\"CODE_TO_TOKEN_ERROR\\", realmId=\\"shop\\", clientId=\\"kong\\", error=\\"invalid_code\\", grant_type=\\"authorization_code\\"","threadName":"t"}',
  'out of compose':
    'keycloak-1  | 2026-10-12 07:01:02,489 WARN  [org.keycloak.events] (executor-thread-17) type="CODE_TO_TOKEN_ERROR", realmId="shop", clientId="kong", error="invalid_code", grant_type="authorization_code"',
};
for (const [form, line] of Object.entries(EVENTS)) {
  test(`an event of Keycloak, ${form}`, () => {
    const { kinds, observations } = observeLines(line);
    assert.deepEqual(kinds, ['keycloak-events']);
    const [event] = ofKind(observations, 'idp-event');
    assert.equal(event?.event, 'CODE_TO_TOKEN_ERROR');
    assert.equal(event?.clientId, 'kong');
    assert.equal(event?.error, 'invalid_code');
    assert.equal(event?.details.grant_type, 'authorization_code');
  });
}

test('a bare value with a comma stays whole, and `null` is no value', () => {
  const { observations } = observeLines(
    'type=LOGIN_ERROR, realmId=shop, clientId=null, error=invalid_redirect_uri, redirect_uri=https://api.example.com/cb?x=1,2',
  );
  const [event] = ofKind(observations, 'idp-event');
  assert.equal(event?.clientId, undefined);
  assert.equal(event?.details.redirect_uri, 'https://api.example.com/cb?x=1,2');
});

test('events as the Admin REST API lists them', () => {
  const { kind, observations } = observe(
    '[{"time":1791788462489,"type":"LOGIN_ERROR","realmId":"shop","clientId":"kong","error":"user_disabled","details":{"redirect_uri":"https://x/cb"}}]',
    'json',
  );
  assert.equal(kind, 'keycloak-events');
  const [event] = ofKind(observations, 'idp-event');
  assert.equal(event?.error, 'user_disabled');
  assert.equal(event?.details.redirect_uri, 'https://x/cb');
});

test('a representation with a type and no realm is no event', () => {
  assert.notEqual(observe('{"type":"LOGIN_ERROR","clientId":"kong"}', 'json').kind, 'keycloak-events');
});
