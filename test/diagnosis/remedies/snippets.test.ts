// Every snippet runs in a real shell or parses as YAML, names of resources are valid, and every placeholder is explained.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { FLAVOURS } from '../../../src/diagnosis/names.ts';
import { createRedactor } from '../../../src/diagnosis/redact/redact.ts';
import { bareRemedies, caseRemedies, documentsOf, run } from './material.ts';

const all = [...[undefined, '2.8.1', '3.4.3', '3.15.0.1'].flatMap(bareRemedies), ...(await caseRemedies())];

test('every Admin API snippet is valid shell, and runs no command but those it names', () => {
  const snippets = new Map(all.map((shown) => [shown.snippets['admin-api'], shown]));
  for (const [snippet, shown] of snippets) {
    if (snippet === undefined) continue;
    const ran = run(snippet);
    assert.equal(ran.status, 0, `${shown.from}, ${shown.title}: ${ran.stderr}\n${snippet}`);
    assert.equal(ran.stderr, '', `${shown.from}, ${shown.title}: ${snippet}`);
    const lines = snippet.split('\n').filter((line) => /^(?:curl|openssl|ldapwhoami|kong|date) /.test(line));
    assert.equal(ran.commands.length, lines.length, snippet);
  }
  const script = [...snippets.keys()].filter((snippet) => snippet !== undefined).join('\n');
  assert.equal(spawnSync('bash', ['-n'], { input: script }).status, 0);
});

test('every curl has one absolute URL and reads no local file', () => {
  for (const shown of all) {
    for (const words of run(shown.snippets['admin-api'] ?? '').commands) {
      if (words[0] !== 'curl') continue;
      const urls = words.filter((word) => /^(?:https?:\/\/.*|<[A-Z_]+>(?:\/.*)?)$/.test(word));
      assert.equal(urls.length, 1, `${shown.from}, ${shown.title}: ${words.join(' ')}`);
      for (const [at, word] of words.entries())
        if (word === '-d' || word === '-H') assert.doesNotMatch(words[at + 1] ?? '', /^@/, words.join(' '));
    }
  }
});

test('every decK and Kubernetes snippet is YAML, and Kubernetes names are RFC 1123 labels', () => {
  for (const shown of all) {
    documentsOf(shown.snippets.deck ?? '');
    for (const document of documentsOf(shown.snippets.kubernetes ?? '')) {
      const { metadata } = document as { metadata?: { name?: string; namespace?: string } };
      for (const name of [metadata?.name, metadata?.namespace])
        if (name !== undefined && !name.includes('<HIDDEN_VALUE>'))
          assert.match(name, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, shown.title);
    }
  }
});

test('every placeholder that is left is explained by a comment of its snippet', () => {
  for (const shown of all) {
    for (const flavour of FLAVOURS) {
      const snippet = shown.snippets[flavour] ?? '';
      for (const [, name] of snippet.matchAll(/<([A-Z][A-Z0-9_]*)>/g))
        assert.match(snippet, new RegExp(`^# <${name}> stands for [^<\\n]{5,}$`, 'm'), `${shown.from}: ${name}`);
    }
  }
});

test('our own words look like no secret', () => {
  const redactor = createRedactor(new Uint8Array(32));
  for (const shown of [undefined, '2.8.1', '3.15.0.1'].flatMap(bareRemedies)) {
    for (const text of [shown.title, shown.note, ...Object.values(shown.snippets)])
      assert.equal(redactor.text(text), text);
  }
});

test('notes are sentences and titles are short', () => {
  for (const shown of all) {
    assert.match(shown.note, /[.)]$/, shown.title);
    assert.doesNotMatch(shown.note, /undefined|\[object|\s{2}|<[A-Z_]+>/, `${shown.from}: ${shown.note}`);
    assert.ok(shown.title.split(' ').length <= 10, shown.title);
    assert.ok(Object.keys(shown.snippets).length > 0, `${shown.title} shows nothing to paste`);
  }
});
