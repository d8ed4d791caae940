// Recordings of requests: HAR, traces, request debugging, httpie; who ended the request, and no secret on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoAnswered } from '../../../../src/diagnosis/facts/who-answered.ts';
import { observe, observeLines, observePaste, ofKind } from '../observe.ts';

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
});
const span = (name: string, start: number, attributes: readonly object[] = [], more: object = {}) => ({
  traceId: 'a1',
  spanId: String(start),
  name,
  startTimeUnixNano: `17917884620${start}0000000`,
  attributes,
  ...more,
});
const trace = (...spans: readonly object[]) =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 'kong-internal' }, spans }] }] });
const root = (status: number) =>
  span('kong', 10, [
    attribute('http.request.method', 'GET'),
    attribute('url.full', 'https://api.example.com/orders?apikey=k3y-of-nobody-1'),
    attribute('http.response.status_code', status),
    attribute('proxy.kong.request.id', '789c'),
  ]);

test('a trace of 3.14: the plugin that a status stands on ended the request', () => {
  const { kind, observations } = observe(
    trace(
      root(403),
      span('kong.access.plugin.acl', 12, [attribute('http.response.status_code', 403)]),
      span('kong.access.plugin.key-auth', 11),
    ),
    'json',
  );
  assert.equal(kind, 'konnect-trace');
  const [exchange] = ofKind(observations, 'exchange');
  assert.ok(exchange !== undefined);
  assert.deepEqual(exchange.ran, {
    plugins: ['key-auth', 'acl'],
    ordered: true,
    upstreamAsked: false,
    endedBy: 'acl',
  });
  assert.deepEqual([whoAnswered(exchange).by, whoAnswered(exchange).plugin], ['kong', 'acl']);
  assert.doesNotMatch(JSON.stringify(exchange.request), /k3y-of-nobody/);
});

test('an older trace: the last plugin that ran before Kong answered', () => {
  const { observations } = observe(
    trace(root(401), span('kong.access.plugin.cors', 11), span('kong.access.plugin.jwt', 12)),
    'json',
  );
  const [exchange] = ofKind(observations, 'exchange');
  assert.ok(exchange !== undefined);
  assert.equal(whoAnswered(exchange).plugin, 'jwt');
});

test('a trace in which an upstream was asked', () => {
  const { observations } = observe(
    trace(root(401), span('kong.access.plugin.jwt', 11), span('kong.balancer', 12)),
    'json',
  );
  const [exchange] = ofKind(observations, 'exchange');
  assert.ok(exchange !== undefined);
  assert.equal(whoAnswered(exchange).by, 'upstream');
});

test('calls to the identity provider and exceptions inside a trace', () => {
  const { observations } = observe(
    trace(
      root(401),
      span('kong.internal.request', 11, [
        attribute('http.url', 'https://idp.example.com/as/token.oauth2'),
        attribute('http.method', 'POST'),
        attribute('http.status_code', 401),
      ]),
      span('kong.access.plugin.openid-connect', 12, [], {
        events: [{ name: 'exception', attributes: [attribute('exception.message', 'connection refused')] }],
      }),
    ),
    'json',
  );
  const call = ofKind(observations, 'exchange').find(({ request }) => request?.method === 'POST');
  assert.equal(call?.request?.path, '/as/token.oauth2');
  assert.equal(call?.response?.status, 401);
  const [entry] = ofKind(observations, 'log-entry');
  assert.deepEqual([entry?.component, entry?.text], ['openid-connect', 'connection refused']);
});

test('a trace as Jaeger exports it', () => {
  const { kind, observations } = observe(
    JSON.stringify({
      data: [
        {
          traceID: 'a1',
          spans: [
            {
              operationName: 'kong',
              startTime: 1_791_788_462_000_000,
              tags: [
                { key: 'http.status_code', value: 401 },
                { key: 'http.url', value: 'http://localhost/x' },
              ],
            },
            { operationName: 'kong.access.plugin.key-auth', startTime: 1_791_788_462_000_100, tags: [] },
          ],
        },
      ],
    }),
    'json',
  );
  assert.equal(kind, 'konnect-trace');
  assert.equal(ofKind(observations, 'exchange')[0]?.response?.status, 401);
});

test('a trace without a span of Kong is left alone', () => {
  assert.notEqual(observe(trace(span('GET /orders', 10)), 'json').kind, 'konnect-trace');
});

const DEBUG = {
  child: { access: { child: { plugins: { child: { 'key-auth': { total_time: 0 } } } } } },
  request_id: '789c0bf1b76f6ffa6746a21d40749f0c',
};

test('request debugging: pasted alone, in a header, in the log', () => {
  const ran = { plugins: ['key-auth'], ordered: true, upstreamAsked: false };
  assert.deepEqual(ofKind(observe(JSON.stringify(DEBUG, null, 2), 'json').observations, 'exchange')[0]?.ran, ran);
  const answer = `HTTP/1.1 401 Unauthorized\nServer: kong/3.9.1\nX-Kong-Request-Debug-Output: ${JSON.stringify(DEBUG)}\n\n{"message":"Unauthorized"}`;
  assert.deepEqual(ofKind(observePaste(answer), 'exchange')[0]?.ran, ran);
  const logged = `2026/10/12 07:01:02 [notice] 1#0: *9 [kong] init.lua:12 [request-debug] ${JSON.stringify(DEBUG)}, client: 192.0.2.7, server: kong, request: "GET / HTTP/1.1", host: "x"`;
  assert.deepEqual(ofKind(observeLines(logged).observations, 'exchange')[0]?.ran, ran);
});

test('request debugging that was cut or filtered says nothing about plugins', () => {
  const cut = observe('{"request_id":"60ca","truncated":true,"message":"Output is truncated"}', 'json').observations;
  assert.match(ofKind(cut, 'unreadable')[0]?.pasteInstead ?? '', /\[request-debug\] and 60ca/);
  const filtered = observe('{"request_id":"a1","child":{"upstream":{"total_time":363}}}', 'json').observations;
  assert.deepEqual(ofKind(filtered, 'exchange'), []);
});

test('a HAR: both sides, the form of a token call, no secret', () => {
  const secret = 's3cr3t-of-nobody-77';
  const { observations } = observe(
    JSON.stringify({
      log: {
        entries: [
          {
            startedDateTime: '2026-10-12T07:01:02Z',
            request: {
              method: 'POST',
              url: 'https://idp.example.com/as/token.oauth2',
              headers: [{ name: 'Cookie', value: `PF=${secret}` }],
              postData: {
                mimeType: 'application/x-www-form-urlencoded',
                text: `grant_type=authorization_code&client_secret=${secret}`,
              },
            },
            response: {
              status: 400,
              statusText: 'Bad Request',
              headers: [{ name: 'Set-Cookie', value: `PF=${secret}; Path=/` }],
              content: { encoding: 'base64', text: Buffer.from('{"error":"invalid_grant"}').toString('base64') },
            },
          },
        ],
      },
    }),
    'json',
  );
  const [exchange] = ofKind(observations, 'exchange');
  assert.equal(exchange?.request?.fields.grant_type, 'authorization_code');
  assert.equal(exchange?.response?.oauthError?.code, 'invalid_grant');
  assert.doesNotMatch(JSON.stringify({ ...exchange?.request, ...exchange?.response }), new RegExp(secret));
});

test('httpie: items become headers, query and fields; its transcript is read', () => {
  const [command] = ofKind(
    observePaste('http -a web:pa55word-of-nobody :8000/orders apikey:k3y-of-nobody page==2 name=x'),
    'exchange',
  );
  assert.equal(command?.request?.method, 'POST');
  assert.equal(command?.request?.target, '/orders?page=2');
  assert.equal(command?.request?.host, 'localhost:8000');
  assert.deepEqual(
    command?.request?.credentials.map(({ carriedIn, scheme }) => [carriedIn, scheme]),
    [
      ['apikey', 'api-key'],
      ['authorization', 'basic'],
    ],
  );
  const transcript = `GET /orders HTTP/1.1\nAccept: */*\nHost: localhost:8000\nUser-Agent: HTTPie/3.2.2\n\n\n\nHTTP/1.1 401 Unauthorized\nContent-Type: application/json\nServer: kong/3.9.1\nWWW-Authenticate: Key\n\n{\n    "message": "No API key found in request"\n}`;
  const [exchange] = ofKind(observePaste(transcript), 'exchange');
  assert.equal(exchange?.request?.path, '/orders');
  assert.equal(exchange?.response?.message, 'No API key found in request');
});

test('error bodies of the Admin API and of Konnect tell that the Admin API answered', () => {
  for (const body of [
    '{"message":"schema violation (config.issuer: required field missing)","name":"schema violation","code":2,"fields":{}}',
    '{"code":3,"message":"validation error","details":[{"type":"ERROR_TYPE_FIELD","field":"config.issuer","messages":["required"]}]}',
    '{"status":401,"title":"Unauthorized","instance":"konnect:trace:123","detail":"Invalid credentials"}',
  ]) {
    const [exchange] = ofKind(observe(body, 'json').observations, 'exchange');
    assert.ok(exchange !== undefined, body);
    assert.equal(whoAnswered(exchange).by, 'admin-api', body);
  }
});
