// The doctor's verb and the upgrade check: scope, progress, what cannot be read, hostile names, and no secret in what comes out.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CheckResult } from '../../src/doctor/check.ts';
import type { Reach } from '../../src/doctor/reach.ts';
import { KongauthError } from '../../src/errors.ts';
import { renderReportMarkdown, renderReportText } from '../../src/render/doctor-report.ts';
import { renderReportBlocks } from '../../src/render/doctor-report-slack.ts';
import { overLimits } from '../../src/slack/limits.ts';
import { consumer, credential, examined, type Given, id, NOW, plugin, resultsOf, route, service } from './gateway.ts';

const ENTERPRISE = { version: '3.10.0.2-enterprise-edition', edition: 'enterprise' };
const TWO = { '/services': [service(1), service(2)], '/routes': [route(1), route(2)] };

async function upgrade(
  t: TestContext,
  lists: Given['lists'],
  target: string,
  more: Given = {},
): Promise<readonly CheckResult[]> {
  return await resultsOf(t, 'upgrade', {
    root: ENTERPRISE,
    ...more,
    lists: { ...TWO, ...lists },
    options: { targetVersion: target },
  });
}

const saying = (results: readonly CheckResult[]): string =>
  results.map(({ verdict, subject, says, advice }) => `${verdict} ${subject.name}: ${says} ${advice ?? ''}`).join('\n');

test('3.10 to 3.14: an unset hide_credentials is named by plugin and scope, with the value to pin', async (t) => {
  const said = saying(await upgrade(t, { '/plugins': [plugin(1, 'key-auth')] }, '3.14'));
  assert.match(
    said,
    /failed key-auth on the route route-1: hide_credentials is not set, which means false now and true after/,
  );
  assert.ok(
    said.includes(
      `curl -X PATCH http://localhost:8001/plugins/${id(301)} --json '{"config":{"hide_credentials":false}}'`,
    ),
  );
});

test('3.10 to 3.14: a value that is the old default is told, one that differs from both is not', async (t) => {
  const plugins = [
    plugin(1, 'basic-auth', { hide_credentials: false }),
    plugin(2, 'hmac-auth', { hide_credentials: true }),
  ];
  const said = saying(await upgrade(t, { '/plugins': plugins }, '3.14'));
  assert.match(
    said,
    /basic-auth on the route route-1: hide_credentials is false, the default of now; the database keeps that/,
  );
  assert.doesNotMatch(said, /hmac-auth on the route route-2: hide_credentials/);
  assert.match(said, /hmac-auth on the route route-2: algorithms is not set/);
});

test('3.10 to 3.14: certificates of providers and upstreams, and routes without protocols', async (t) => {
  const said = saying(
    await upgrade(
      t,
      {
        '/services': [service(1, { protocol: 'https', port: 443, tls_verify: null }), service(2)],
        '/plugins': [plugin(1, 'openid-connect', { issuer: 'https://idp.invalid', hide_credentials: true })],
      },
      '3.14',
    ),
  );
  assert.match(said, /openid-connect on the route route-1: ssl_verify is not set.*lua_ssl_trusted_certificate/);
  assert.match(said, /service-1: The upstream's certificate is not verified now/);
  assert.match(said, /route-1 and route-2: protocols are http and https/);
});

test('thousands of equals are one result; a target without changes passes', async (t) => {
  const many = Array.from({ length: 300 }, (_, at) => at + 1);
  const lists = {
    '/services': many.map((at) => service(at)),
    '/routes': many.map((at) => route(at)),
    '/plugins': many.map((at) => plugin(at, 'key-auth')),
  };
  const results = (await upgrade(t, lists, '3.14')).filter(({ says }) => says.startsWith('hide_credentials'));
  assert.equal(results.length, 1);
  assert.match(results[0]?.subject.name ?? '', /and 290 more$/);
  const [same] = await upgrade(t, { '/plugins': [plugin(1, 'key-auth')] }, '3.10');
  assert.equal(same?.verdict, 'passed');
});

test('what is not known of a version is said, not guessed', async (t) => {
  assert.match(saying(await upgrade(t, {}, '4.2')), /^could-not-look .*2\.8 to 3\.15/);
  assert.match(saying(await upgrade(t, {}, '3.4')), /^could-not-look .*older than the running 3\.10\.0\.2/);
  assert.match(
    saying(await upgrade(t, {}, '3.14', { root: { version: undefined } })),
    /^could-not-look .*does not tell its version/,
  );
});

test('a scope leaves out what its requests do not meet, and a name that does not exist is refused', async (t) => {
  const lists = { ...TWO, '/plugins': [plugin(1, 'acl', { allow: ['a'] }), plugin(2, 'acl', { allow: ['b'] })] };
  const of = async (name: string, type: 'route' | 'service') => {
    const report = await examined(t, { lists, options: { scope: { type, name } } });
    return report.results.filter(({ check }) => check === 'plugin-combinations').map(({ subject }) => subject.name);
  };
  assert.deepEqual(await of('route-2', 'route'), ['route-2']);
  assert.deepEqual(await of('service-1', 'service'), ['route-1']);
  assert.deepEqual(await of(id(202), 'route'), ['route-2']);
  const code = (wanted: string) => (error: unknown) => error instanceof KongauthError && error.code === wanted;
  await assert.rejects(
    examined(t, { lists, options: { scope: { type: 'route', name: 'nowhere' } } }),
    code('kong-not-found'),
  );
  await assert.rejects(
    examined(t, { lists, options: { scope: { type: 'route', name: '../plugins' } } }),
    code('usage'),
  );
});

test('what lies outside a scope still counts where a browser or a consumer goes there', async (t) => {
  const login = {
    issuer: 'https://idp.invalid',
    auth_methods: ['authorization_code'],
    session_secret: 'a-secret-of-tests',
  };
  const lists = {
    ...TWO,
    '/consumers': [consumer(1), consumer(2)],
    '/key-auths': [credential(1, 1, { key: 'key-of-one' })],
    '/hmac-auths': [credential(2, 2, { username: 'two' })],
    '/plugins': [
      plugin(1, 'openid-connect', { ...login, redirect_uri: ['https://app.example.com/2/callback'] }),
      plugin(2, 'key-auth'),
    ],
  };
  const scope = { type: 'route', name: 'route-1' } as const;
  const [callback] = await resultsOf(t, 'redirect-uris', { lists, options: { scope } });
  assert.match(callback?.says ?? '', /leads to the route route-2, on which no openid-connect plugin runs/);
  const keys = await resultsOf(t, 'credentials', { lists, options: { scope: { type: 'route', name: 'route-2' } } });
  assert.deepEqual(
    keys.map(({ verdict }) => verdict),
    ['passed'],
  );
});

test('progress counts every step, and a check that breaks is a result that gives nothing away', async (t) => {
  const steps: number[] = [];
  const faults: string[] = [];
  const reach: Reach = {
    get: () => Promise.reject(new TypeError('words that quote a secret')),
    close: () => Promise.resolve(),
  };
  const report = await examined(t, {
    lists: {
      ...TWO,
      '/plugins': [plugin(1, 'openid-connect', { issuer: 'https://idp.invalid', auth_methods: ['bearer'] })],
    },
    options: { reach, onProgress: (done, of) => steps.push(done / of), onFault: (check) => faults.push(check) },
  });
  assert.equal(steps[0], 0);
  assert.deepEqual(
    steps,
    steps.toSorted((one, other) => one - other),
  );
  assert.ok(faults.includes('discovery'), faults.join());
  assert.ok(!JSON.stringify(report).includes('words that quote'));
  assert.deepEqual(
    report.results
      .filter(({ says }) => says.includes('itself broke (TypeError)'))
      .map(({ check }) => check)
      .toSorted(),
    faults.toSorted(),
    'those that broke',
  );
});

const SECRETS = [
  'the-session-secret-0815',
  'a-client-secret-4711',
  'the-api-key-2342',
  'hmac-secret-1337',
  'pass-of-idp-99',
];
const HOSTILE = 'x<!channel> @here `*_[a](https://evil.invalid)\u202e\u001b[31m"\'$(reboot)';

function hostileGateway(): Given {
  const oidc = {
    issuer: 'https://user:pass-of-idp-99@idp.invalid/realm',
    client_id: ['app'],
    client_secret: ['a-client-secret-4711'],
    session_secret: 'the-session-secret-0815',
    session_cookie_same_site: 'Strict',
    redirect_uri: [`https://app.example.com/nowhere?client_secret=a-client-secret-4711`],
  };
  return {
    root: ENTERPRISE,
    lists: {
      '/services': [service(1, { name: HOSTILE }), service(2)],
      '/routes': [route(1, { name: HOSTILE }), route(2)],
      '/consumers': [consumer(1, { username: HOSTILE }), consumer(2)],
      '/plugins': [
        plugin(1, 'openid-connect', oidc),
        plugin(2, 'openid-connect', { ...oidc, issuer: 'https://user:pass-of-idp-99@idp.invalid/realm/' }),
        plugin(3, 'key-auth', { anonymous: HOSTILE }, { route: { id: id(201) } }),
      ],
      '/key-auths': [credential(1, 1, { key: 'the-api-key-2342' }), credential(2, 2, { key: 'the-api-key-2342' })],
      '/hmac-auths': [credential(3, 9, { username: 'alice', secret: 'hmac-secret-1337' })],
    },
    options: { targetVersion: '3.14' },
  };
}

test('no secret stands in the report, in any rendering', async (t) => {
  const report = await examined(t, hostileGateway());
  assert.ok(report.results.some(({ check }) => check === 'issuers'));
  const rendered = [
    JSON.stringify(report),
    renderReportText(report, { colour: false, width: 100 }),
    renderReportMarkdown(report),
    JSON.stringify(renderReportBlocks(report, NOW)),
  ].join('\n');
  for (const secret of SECRETS) assert.ok(!rendered.includes(secret), secret);
});

test('hostile names neither ping, link, colour nor reorder', async (t) => {
  const report = await examined(t, hostileGateway());
  const text = renderReportText(report, { colour: false, width: 100 });
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  const slack = renderReportBlocks(report, NOW);
  assert.deepEqual(overLimits(slack.blocks), []);
  for (const said of [slack.text, JSON.stringify(slack.blocks)]) {
    assert.ok(!said.includes('<!channel>') && !said.includes('@here') && !said.includes('\u202e'));
  }
  // Below stand the snippets of the diagnosis, in fences.
  const [results = ''] = renderReportMarkdown(report).split('# What the configuration points to');
  assert.ok(!results.includes('[a](') && !results.includes('<!channel>'));
});

test('the renderings put failures first, with what to do, and fold what passed', async (t) => {
  const report = await examined(t, { lists: { ...TWO, '/plugins': [plugin(1, 'acl', { allow: ['a'] })] } });
  const { results } = report;
  const count = (verdict: CheckResult['verdict']) => results.filter((result) => result.verdict === verdict).length;
  const headline = `Kong 3.9.3 at default: ${count('failed')} failed, ${count('could-not-look')} could not look, ${count('passed')} passed.`;
  const text = renderReportText(report, { colour: false, width: 100 });
  assert.ok(text.startsWith(headline), text);
  assert.match(
    text,
    /FAILED\n {2}- \[plugin-combinations\] On the route route-1 acl runs without[\s\S]*Do: Attach[\s\S]*Leads to: acl-denied[\s\S]*PASSED\n/,
  );
  const markdown = renderReportMarkdown(report);
  assert.match(markdown, /## Failed\n\n- \*\*plugin-combinations\*\*: [\s\S]*## Passed/);
  const { text: slack } = renderReportBlocks(report, NOW);
  assert.ok(
    slack.includes(headline) && slack.includes('Passed: ') && slack.indexOf('Failed') < slack.indexOf('Passed: '),
  );
});
