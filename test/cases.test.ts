// Every case in every rendering: the contract holds, and no secret of the paste survives.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSE_NAMES } from '../src/diagnosis/names.ts';
import { DiagnosisJson, toJson } from '../src/render/json.ts';
import { renderMarkdown } from '../src/render/markdown.ts';
import { renderSlack } from '../src/render/slack.ts';
import { renderText } from '../src/render/text.ts';
import { readCases } from './eval/case.ts';
import { scoreCases } from './eval/score.ts';

const cases = readCases(join(import.meta.dirname, 'cases'));
const { scores } = await scoreCases(cases);

test('ids are unique and no case accepts what it forbids', () => {
  assert.equal(new Set(cases.map((one) => one.id)).size, cases.length);
  for (const one of cases) assert.ok(!one.causes.some((cause) => one.must_not.includes(cause)), one.id);
  assert.ok(CAUSE_NAMES.length === 50);
});

test('the JSON of every case is of the contract', () => {
  for (const score of scores) {
    const result = DiagnosisJson.safeParse(JSON.parse(JSON.stringify(toJson(score.diagnosis))));
    assert.ok(result.success, `${score.case.id}: ${result.error?.message}`);
    const confidences = score.diagnosis.findings.map((finding) => finding.confidence);
    assert.deepEqual(
      confidences,
      [...confidences].sort((one, other) => other - one),
      score.case.id,
    );
  }
});

/** Secrets that stand in a paste by shapes that no rule of ours is asked for: three-part tokens, basic values, keys of the recordings. */
function secretsOf(input: string): readonly string[] {
  const tokens = [...input.matchAll(/ey[JK][\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g)].map(
    (match) => match[0].split('.')[2] ?? '',
  );
  const basic = [...input.matchAll(/Basic ([A-Za-z0-9+/=]{8,})/g)].map((match) => match[1] ?? '');
  const fields = [...input.matchAll(/"(?:client_secret|password|provision_key)": ?"([^"{$*]{6,})"/g)].map(
    (match) => match[1] ?? '',
  );
  const keys = [...input.matchAll(/(?:^|\n)> apikey: (\S{6,})/g)].map((match) => match[1] ?? '');
  return [...tokens, ...basic, ...fields, ...keys].filter((secret) => secret.length >= 6);
}

test('no rendering of any case contains a secret of its paste', () => {
  let looked = 0;
  for (const { case: one, diagnosis } of scores) {
    const all = [
      JSON.stringify(toJson(diagnosis)),
      renderMarkdown(diagnosis),
      JSON.stringify(renderSlack(diagnosis, 'deck')),
      renderText(diagnosis, { flavour: 'admin-api', colour: true, width: 400 }),
    ].join('\n');
    for (const secret of secretsOf(one.input)) {
      looked++;
      assert.ok(!all.includes(secret), `${one.id} shows a secret of ${secret.length} characters`);
    }
  }
  assert.ok(looked > 20, `only ${looked} secrets were looked for`);
});

test('a Slack message keeps within the limits that Slack documents', () => {
  for (const { case: one, diagnosis } of scores) {
    const message = renderSlack(diagnosis, 'admin-api');
    assert.ok(message.blocks.length <= 50, one.id);
    assert.ok(message.text.length > 0 && message.text.length <= 4000, one.id);
    for (const block of message.blocks) {
      if (block.type === 'section') assert.ok((block['text'] as { text: string }).text.length <= 3000, one.id);
    }
  }
});
