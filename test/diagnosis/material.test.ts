// A diagnosis continued from what an earlier one kept: the same picture without the paste, and no secret in what is kept.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { aclDenied } from '../../src/diagnosis/causes/client-kong/acl-denied.ts';
import { oidcClientAuthMethod } from '../../src/diagnosis/causes/kong-idp/oidc-client-auth-method.ts';
import { diagnose, diagnoseToContinue } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { MATERIAL_LIMIT } from '../../src/diagnosis/facts/material.ts';
import { readCases } from '../eval/case.ts';
import { PLANTED, secretsIn } from '../support/secrets.ts';

const key = new TextEncoder().encode('a key of the tests, long enough');
const now = Date.parse('2026-11-25T03:00:00Z');
const cases = readCases(join(import.meta.dirname, '../cases'));

async function kept(text: string) {
  const { diagnosis, material } = await diagnoseToContinue([{ source: 'paste', bytes: text }], { key, now });
  assert.ok(material !== undefined, 'nothing was kept');
  return { diagnosis, material };
}

/** All that it holds, as text. */
function unfolded(material: Uint8Array): string {
  return zstdDecompressSync(material).toString('utf8');
}

/**
 * What a continued diagnosis says alike. Words may differ where a paste has a secret that is a common word: the
 * first diagnosis hides that word in our own sentences too, the continued one no longer knows it.
 */
function essence({ findings, answered, inputs, traffic, secrets, subjects }: Diagnosis) {
  return {
    findings: findings.map(({ cause, confidence, evidence, remedies, checks }) => ({
      cause,
      confidence,
      evidence: evidence.map(({ source, line, excerpt }) => ({ source, line, excerpt })),
      remedies: remedies.map(({ title, risk, changes }) => ({ title, risk, changes })),
      checks: checks.length,
    })),
    answered: answered.map(({ by, count }) => ({ by, count })),
    inputs,
    traffic,
    secrets,
    subjects,
  };
}

test('every case, kept and taken up again without anything new, is the same diagnosis', async () => {
  let wordForWord = 0;
  for (const one of cases) {
    const { diagnosis, material } = await kept(one.input);
    const again = await diagnoseToContinue([], { key, now, material });
    assert.deepEqual(essence(again.diagnosis), essence(diagnosis), one.id);
    assert.ok(again.material !== undefined && material.length <= MATERIAL_LIMIT, one.id);
    const held = unfolded(material);
    for (const secret of secretsIn(one.input)) assert.ok(!held.includes(secret), `${one.id} keeps ${secret}`);
    if (again.diagnosis.summary === diagnosis.summary) wordForWord++;
  }
  assert.ok(wordForWord > cases.length * 0.99, `${wordForWord} of ${cases.length} summaries are the same`);
});

test('it can be taken up again and again, with something new each time', async () => {
  const { material } = await kept(oidcClientAuthMethod.example);
  const second = await diagnoseToContinue([{ source: 'more', bytes: aclDenied.example }], { key, now, material });
  assert.ok(second.material !== undefined);
  const third = await diagnose([{ source: 'last', bytes: 'thanks' }], { key, now, material: second.material });
  const causes = third.findings.map(({ cause }) => cause);
  assert.ok(causes.includes('oidc-client-auth-method') && causes.includes('acl-denied'), causes.join());
  assert.deepEqual(
    third.inputs.map(({ source }) => source),
    ['paste', 'more', 'last'],
  );
});

test('a secret that is one of our own words breaks nothing', async () => {
  for (const word of ['exchange', 'request', 'response', 'upstream', 'headers', 'entity', 'config', 'transcript']) {
    const { diagnosis, material } = await kept(`${aclDenied.example}\n\n    client_secret: ${word}\n`);
    const again = await diagnose([], { key, now, material });
    assert.deepEqual(
      again.findings.map(({ cause }) => cause),
      diagnosis.findings.map(({ cause }) => cause),
      word,
    );
  }
});

test('a signature that was checked stays checked when nobody has token and secret any more', async () => {
  const one = cases.find(({ causes, kind }) => causes[0] === 'token-signature-invalid' && kind !== 'log');
  assert.ok(one !== undefined);
  const { diagnosis, material } = await kept(one.input);
  const again = await diagnose([{ source: 'more', bytes: 'any news?' }], { key, now, material });
  assert.equal(again.findings[0]?.cause, diagnosis.findings[0]?.cause);
  assert.equal(again.findings[0]?.confidence, diagnosis.findings[0]?.confidence);
});

test('what is damaged, of another version or too much is not kept or passed over', async () => {
  const { material } = await kept(aclDenied.example);
  const fresh = await diagnose([{ source: 'paste', bytes: aclDenied.example }], { key, now });
  const other = zstdCompressSync(Buffer.from(JSON.stringify({ form: 0, values: [] })));
  for (const useless of [material.subarray(0, 100), new Uint8Array(0), new Uint8Array(other)]) {
    const again = await diagnose([{ source: 'paste', bytes: aclDenied.example }], { key, now, material: useless });
    assert.deepEqual(again, fresh);
  }
  const sentences = Array.from({ length: 3000 }, (_, at) => {
    const words = Array.from({ length: 400 }, (_, word) => (at * 400 + word).toString(36).padStart(6, 'x')).join(' ');
    return `2026/10/12 07:01:02 [error] 1342#0: *${at} [kong] handler.lua:98 [jwt] ${words}, client: 10.4.1.2, server: kong`;
  });
  const much = await diagnoseToContinue([{ source: 'paste', bytes: sentences.join('\n') }], { key, now });
  assert.equal(much.material, undefined);
});

test('what is kept of a paste holds none of its secrets', async () => {
  const anything = fc.array(fc.oneof(...PLANTED), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(anything, async (planted) => {
      const { material } = await kept(planted.map(({ lines }) => lines).join('\n\n'));
      const held = unfolded(material);
      for (const { kind, secrets } of planted)
        for (const secret of secrets) assert.ok(!held.includes(secret), `a ${kind} is kept`);
    }),
    { numRuns: 60 },
  );
});
