// Names of a paste are data in every notation: no quote, command, newline or dash of theirs changes what a snippet does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Change } from '../../../src/diagnosis/remedies/change.ts';
import { adminApiSnippet } from '../../../src/diagnosis/remedies/flavours/admin-api.ts';
import { deckSnippet } from '../../../src/diagnosis/remedies/flavours/deck.ts';
import { kongConfSnippet } from '../../../src/diagnosis/remedies/flavours/kong-conf.ts';
import { kubernetesSnippet } from '../../../src/diagnosis/remedies/flavours/kubernetes.ts';
import { adminCall, documentsOf, run } from './material.ts';

const NASTY = [
  "it's",
  '"quoted"',
  '$(touch /tmp/kongauth-x)',
  '`id`',
  'a\nb',
  'a\r\nb: c\n---\nd',
  '-X DELETE',
  '--output=/tmp/x',
  '@/etc/passwd',
  '..',
  '../../admin',
  'ü 日本 🙂',
  ' blank ',
  '# comment',
  'yes',
  '0123',
  '&anchor *alias !tag',
  '{a: [b]}',
  '%27;true',
  '\\',
  "'; touch /tmp/kongauth-x; '",
] as const;
const name = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.array(fc.constantFrom(...NASTY), { minLength: 2, maxLength: 3 }).map((parts) => parts.join('')),
);
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** One change of each kind with the name wherever a name may stand. */
function changesWith(text: string): readonly Change[] {
  const plugin = { on: 'plugin', plugin: 'key-auth', config: { key_names: [text], anonymous: text } } as const;
  return [
    { ...plugin, how: 'create', scope: { route: text } },
    { ...plugin, how: 'update', scope: { service: text }, id: text, instanceName: text },
    { ...plugin, how: 'update', scope: { consumer: text } },
    { ...plugin, how: 'delete', scope: {}, manifest: { kind: 'KongPlugin', name: text, namespace: text } },
    { on: 'route', nameOrId: text, how: 'update', fields: { preserve_host: true, name: text } },
    { on: 'consumer', nameOrId: text, how: 'create', fields: { username: text, custom_id: text } },
    { on: 'credential', type: 'key-auth', consumer: text, how: 'create', fields: { key: text } },
    { on: 'target', upstream: text, target: text, how: 'update', fields: { weight: 0 } },
  ];
}

/** Path segments that carry the name. */
function segmentsOf(path: string): readonly string[] {
  return path.split('/').map(decodeURIComponent);
}

test('every curl of a change has the intended words, whatever the name', () => {
  fc.assert(
    fc.property(name, (text) => {
      const changes = changesWith(text);
      const snippet = changes.map((change) => adminApiSnippet(change)).join('\n');
      assert.equal(spawnSync('bash', ['-n'], { input: snippet }).status, 0, snippet);
      const { status, stderr, commands } = run(snippet);
      assert.equal(status, 0, stderr);
      const calls = commands.map((words) => adminCall(words));
      assert.equal(calls.length, changes.length + 2, 'the two updates without an id look it up first');
      assert.deepEqual(
        calls.map((call) => call?.method),
        ['POST', 'PATCH', 'GET', 'PATCH', 'GET', 'DELETE', 'PATCH', 'POST', 'POST', 'PATCH'],
      );
      const segments = calls.map((call) => segmentsOf(call?.path ?? ''));
      assert.deepEqual(segments[0], ['', 'routes', text, 'plugins']);
      assert.deepEqual(segments[1], ['', 'plugins', text]);
      assert.deepEqual(segments[6], ['', 'routes', text]);
      assert.deepEqual(segments[8], ['', 'consumers', text, 'key-auth']);
      assert.deepEqual(segments[9], ['', 'upstreams', text, 'targets', text]);
      assert.deepEqual(calls[0]?.body, { name: 'key-auth', config: { key_names: [text], anonymous: text } });
      assert.deepEqual(calls[7]?.body, { username: text, custom_id: text });
      assert.deepEqual(calls[8]?.body, { key: text });
    }),
    { numRuns: 50 },
  );
});

test('decK keeps the name, and one document stays one', () => {
  fc.assert(
    fc.property(name, (text) => {
      const documents = changesWith(text).map((change) => documentsOf(deckSnippet(change) ?? ''));
      for (const found of documents) assert.equal(found.length, 1, JSON.stringify(text));
      const [created] = documents.flat() as { plugins: unknown[] }[];
      assert.deepEqual(created?.plugins, [
        { name: 'key-auth', route: text, config: { key_names: [text], anonymous: text } },
      ]);
      assert.deepEqual(documents[6], [
        { _format_version: '3.0', consumers: [{ username: text, keyauth_credentials: [{ key: text }] }] },
      ]);
    }),
    { numRuns: 300 },
  );
});

test('Kubernetes keeps the name in values and makes a valid resource name of it', () => {
  fc.assert(
    fc.property(name, (text) => {
      for (const change of changesWith(text)) {
        const snippet = kubernetesSnippet(change);
        if (snippet === undefined) continue;
        const documents = documentsOf(snippet) as { metadata: { name?: string; namespace?: string } }[];
        assert.equal(documents.length, 1, JSON.stringify(text));
        for (const { metadata } of documents) {
          for (const resource of [metadata.name, metadata.namespace])
            if (resource !== undefined) assert.match(resource, label);
        }
        if (change.on === 'consumer') assert.equal((documents[0] as unknown as { username: string }).username, text);
        if (change.on === 'plugin')
          assert.deepEqual((documents[0] as unknown as { config: unknown }).config, change.config);
      }
    }),
    { numRuns: 300 },
  );
});

test('a setting stays one line of kong.conf', () => {
  fc.assert(
    fc.property(name, (text) => {
      const lines = (kongConfSnippet({ on: 'setting', settings: { trusted_ips: text } }) ?? '').split(
        /[\n\r\u2028\u2029]/,
      );
      assert.deepEqual(
        lines.map((line) => line[0]),
        ['t', '#', '#'],
      );
    }),
    { numRuns: 200 },
  );
});

test('names of a pasted log become no command in any remedy of its diagnosis', async () => {
  await fc.assert(
    fc.asyncProperty(name, fc.constantFrom(401, 403, 400), async (text, status) => {
      const paste = [1, 2, 3]
        .map((n) =>
          JSON.stringify({
            request: { method: 'POST', uri: `/${text}`, headers: { host: text, 'x-api-key': text, origin: text } },
            response: { status, headers: {} },
            upstream_status: String(status),
            latencies: { kong: 1, proxy: 2, request: 3 },
            source: n === 1 ? 'kong' : 'upstream',
            consumer: { username: text, id: text },
            route: { name: text },
            service: { name: text, host: text },
            tries: [{ ip: text, port: 80 }],
            client_ip: text,
            started_at: 1_700_000_000_000 + n,
          }),
        )
        .join('\n');
      const { findings } = await diagnose([{ source: 'log', bytes: paste }], { key: new Uint8Array(32) });
      for (const { snippets } of findings.flatMap((finding) => finding.remedies)) {
        const { status: exit, stderr, commands } = run(snippets['admin-api'] ?? '');
        assert.equal(exit, 0, `${stderr}\n${snippets['admin-api']}`);
        assert.equal(stderr, '', snippets['admin-api']);
        for (const words of commands)
          if (words[0] === 'curl')
            assert.ok(
              words.slice(1).every((word, at) => !word.startsWith('--output') || words[at] === '-d'),
              words.join('|'),
            );
        documentsOf(snippets.deck ?? '');
        documentsOf(snippets.kubernetes ?? '');
      }
    }),
    { numRuns: 40 },
  );
});
