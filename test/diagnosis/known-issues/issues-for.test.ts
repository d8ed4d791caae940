// Known issues as a person meets them: by what the paste shows, its version and its cause.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Diagnosis, KnownIssue } from '../../../src/diagnosis/diagnosis.ts';
import type { CauseName } from '../../../src/diagnosis/names.ts';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { renderSlack } from '../../../src/render/slack.ts';
import { renderText } from '../../../src/render/text.ts';

const diagnosed = (paste: string) => diagnose([{ source: 'paste', bytes: paste }], { key: new Uint8Array(32) });

async function issuesOf(paste: string, cause: CauseName): Promise<readonly KnownIssue[]> {
  const finding = (await diagnosed(paste)).findings.find((one) => one.cause === cause);
  assert.ok(finding !== undefined, `${cause} was not found`);
  return finding.knownIssues;
}

const texts = (issues: readonly KnownIssue[]) => issues.map((issue) => issue.text).join('\n');

/** An upstream that misses the credential behind a plugin that may hide it. */
const hidden = (version: string, config = '') =>
  `< HTTP/1.1 401 Unauthorized
< Server: kong/${version}
< X-Kong-Upstream-Latency: 12
< X-Kong-Proxy-Latency: 1
<
{"error":"missing authorization header"}

plugins:
- name: basic-auth
  config:
    realm: orders
${config}`;

test('hide_credentials by default: told from 3.14 on', async () => {
  assert.match(
    texts(await issuesOf(hidden('3.14.0.2-enterprise-edition'), 'auth-header-not-forwarded')),
    /Since 3\.14 `hide_credentials`/,
  );
  const before = await diagnosed(hidden('3.13.0.2-enterprise-edition'));
  for (const finding of before.findings) assert.doesNotMatch(texts(finding.knownIssues), /hide_credentials/);
});

test('a default that the config overrides is no matter', async () => {
  const given = await diagnosed(hidden('3.14.0.2-enterprise-edition', '    hide_credentials: true\n'));
  for (const finding of given.findings)
    assert.doesNotMatch(texts(finding.knownIssues), /Since 3\.14 `hide_credentials`/);
});

/** A jwt plugin whose credential holds a public key, and an answer of a version. */
const signature = (version: string) =>
  `< HTTP/1.1 401 Unauthorized
< Server: kong/${version}
< X-Kong-Response-Latency: 1
<
{"message":"Invalid signature"}

plugins:
- name: jwt
  config:
    secret_is_base64: true
`;

test('open source 3.8 decodes a public key, 3.9.0 does not any more', async () => {
  const [issue] = await issuesOf(signature('3.8.0'), 'token-signature-invalid');
  assert.equal(issue?.component, 'jwt');
  assert.deepEqual(issue?.fixedIn, ['3.9.0']);
  assert.match(issue?.text ?? '', /3\.8\.0 does not have this yet, 3\.9\.0 does\.$/);
  assert.doesNotMatch(texts(await issuesOf(signature('3.9.0'), 'token-signature-invalid')), /decoded/);
});

test('a word that names the matter must stand in the paste', async () => {
  const other = signature('3.8.0').replace('secret_is_base64: true', 'run_on_preflight: true');
  assert.doesNotMatch(texts(await issuesOf(other, 'token-signature-invalid')), /decoded/);
});

/** A stale token behind openid-connect. */
const stale = (words: string) =>
  `${words}.

< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"
< X-Kong-Upstream-Latency: 14
<
{"error":"invalid_token","error_description":"The access token expired"}

plugins:
- name: openid-connect
  config:
    issuer: https://idp.example.com
    auth_methods: [client_credentials]
    cache_tokens: true
`;

test('the fix of the own release line decides', async () => {
  const affected = await issuesOf(stale('We run Kong Gateway 3.14.0.7'), 'token-cache-stale');
  assert.match(texts(affected), /`expires_in` is zero.*3\.14\.0\.7 does not have this yet, 3\.14\.0\.8 does\./);
  const mended = await issuesOf(stale('We run Kong Gateway 3.14.0.8'), 'token-cache-stale');
  assert.doesNotMatch(texts(mended), /`expires_in` is zero/);
});

test('without a version: few, only of what was clearly seen, and the text says so', async () => {
  const issues = await issuesOf(stale('It began last week'), 'token-cache-stale');
  assert.ok(issues.length > 0 && issues.length <= 3);
  for (const issue of issues) {
    assert.equal(issue.component, 'openid-connect');
    assert.match(issue.text, /depends on the version of Kong, which the paste does not tell\.$/);
  }
  const hinted = await diagnosed('someone said openid-connect keeps a cached token after it was revoked, we get 401');
  for (const finding of hinted.findings)
    assert.ok(finding.knownIssues.every((issue) => issue.component !== 'openid-connect'));
});

test('of two versions the newer one runs, and what came between them stands first', async () => {
  const issues = await issuesOf(
    `We upgraded from Kong 3.10.0.2 to Kong 3.14.0.1.\n\n${hidden('3.14.0.1-enterprise-edition')}`,
    'auth-header-not-forwarded',
  );
  assert.match(issues[0]?.text ?? '', /^Since 3\.14 `hide_credentials`/);
});

test('at most four, and none of a plugin that the paste does not show', async () => {
  const diagnosis = await diagnosed(stale('We run Kong Gateway 3.4.3.1 with incremental_sync and redis'));
  for (const finding of diagnosis.findings) {
    assert.ok(finding.knownIssues.length <= 4);
    for (const issue of finding.knownIssues)
      assert.ok(
        ['openid-connect', 'core', 'router', 'vault', 'hybrid', 'admin-api'].includes(issue.component),
        issue.component,
      );
  }
});

test('parts of Enterprise are not told to open source', async () => {
  const denied = (version: string) =>
    `$ curl -i http://kong:8001/services -H 'Kong-Admin-Token: x'\nHTTP/1.1 401 Unauthorized\nServer: kong/${version}\nX-Kong-Admin-Latency: 3\n\n{"message":"Invalid RBAC credentials, groups and roles"}\n`;
  assert.equal((await issuesOf(denied('3.5.0'), 'admin-api-unauthorized')).length, 0);
  assert.ok((await issuesOf(denied('3.5.0.1-enterprise-edition'), 'admin-api-unauthorized')).length > 0);
});

test('text, Markdown and Slack show them briefly', async () => {
  const diagnosis: Diagnosis = await diagnosed(signature('3.8.0'));
  const text = renderText(diagnosis, { flavour: 'deck', colour: false, width: 100 });
  assert.match(text, /Known issues of Kong that can lie behind it\n {3}- jwt \(fixed in 3\.9\.0\): /);
  assert.match(
    renderMarkdown(diagnosis),
    /### Known issues of Kong that can lie behind it\n\n- jwt \(fixed in 3\.9\.0\): /,
  );
  const slack = renderSlack(diagnosis, { flavour: 'deck' }).blocks.map((block) => JSON.stringify(block));
  assert.equal(
    slack.filter((block) => block.includes('Known issues of Kong') && block.includes('jwt (fixed in 3.9.0)')).length,
    1,
  );
});
