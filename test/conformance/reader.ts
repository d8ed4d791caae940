// What every reader must stand: any damage to its format, hostile text in it, and a secret in each position.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { InputBytes } from '../../src/diagnosis/intake/decode.ts';
import { DiagnosisJson, toJson } from '../../src/render/json.ts';
import { observeAll } from '../diagnosis/readers/observe.ts';
import { SECRET, SECRET_TOKEN } from './samples.ts';

const key = new Uint8Array(32).fill(7);

/** The diagnosis as its JSON contract says; fails when it does not keep to the contract. */
export async function contractOf(bytes: InputBytes): Promise<DiagnosisJson> {
  return DiagnosisJson.parse(toJson(await diagnose([{ source: 'paste', bytes }], { key })));
}

/** What must be equal however the same text was encoded. */
function gist({ findings, traffic, inputs }: DiagnosisJson): unknown {
  return {
    traffic,
    inputs,
    findings: findings.map(({ cause, confidence, evidence }) => ({
      cause,
      confidence,
      evidence: evidence.map(({ line, excerpt }) => ({ line, excerpt })),
    })),
  };
}

/** Pieces of the secret and of the token; none may be read anywhere. */
const SECRETS = [SECRET, SECRET_TOKEN, ...SECRET_TOKEN.split('.').slice(1), Buffer.from(SECRET).toString('base64')];

/** Fails when a secret stands in the text. */
export function assertNoSecret(text: string, where: string): void {
  for (const secret of SECRETS)
    assert.ok(!text.includes(secret), `${where}: ${secret} survives in ${around(text, secret)}`);
}

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 120), at + secret.length + 40);
}

/**
 * Declares the tests that every format must pass.
 * @param kind the input kind that the sample must be read as
 * @param sample a failing paste of that kind
 */
export function readerConforms(kind: string, sample: string): void {
  test(`${kind}: the sample is read as ${kind}`, async () => {
    const { inputs } = await contractOf(sample);
    assert.ok(
      inputs.some((input) => input.kind === kind && input.recognised > 0),
      JSON.stringify(inputs),
    );
  });

  test(`${kind}: line ends of Windows, a byte order mark and UTF-16 change nothing`, async () => {
    const plain = gist(await contractOf(sample));
    for (const bytes of [
      sample.replaceAll('\n', '\r\n'),
      Buffer.from(`\ufeff${sample}`),
      Buffer.from(`\ufeff${sample}`, 'utf16le'),
      Buffer.from(`\ufeff${sample}`, 'utf16le').swap16(),
      Buffer.from(sample, 'utf16le'),
    ])
      assert.deepEqual(gist(await contractOf(bytes)), plain);
  });

  test(`${kind}: cut at every tenth character it is still read, without a secret`, async () => {
    for (let end = 0; end < sample.length; end += 10) {
      const cut = sample.slice(0, end);
      const { findings, ask, ...rest } = await contractOf(cut);
      if (findings.length === 0) assert.ok(ask.length > 0);
      assertNoSecret(JSON.stringify({ findings, ask, ...rest }), `cut at ${end}`);
    }
  });

  test(`${kind}: cut in front at every tenth character likewise`, async () => {
    for (let start = 10; start < sample.length; start += 10)
      assertNoSecret(JSON.stringify(await contractOf(sample.slice(start))), `from ${start}`);
  });

  test(`${kind}: no secret in the output, nor in any excerpt as it would be shown`, async () => {
    assertNoSecret(JSON.stringify(await contractOf(sample)), 'output');
    const { observations, shown } = observeAll(sample);
    for (const observation of observations) assertNoSecret(shown(observation), observation.kind);
  });

  test(`${kind}: between sentences and twice over it is still found`, async () => {
    const { inputs } = await contractOf(`Hello, this is what we see:\n\n${sample}\nand again\n\n${sample}\nThanks.\n`);
    assert.ok(
      inputs.some((input) => input.kind === kind),
      JSON.stringify(inputs),
    );
  });
}
