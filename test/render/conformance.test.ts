// Every renderer against every case, hostile names and planted secrets.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { DiagnosisJson, toJson } from '../../src/render/json.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { renderSlack, type SlackMessage } from '../../src/render/slack.ts';
import { renderText } from '../../src/render/text.ts';
import { rendererSuite } from '../conformance/renderer.ts';
import { readCases } from '../eval/case.ts';
import { scoreCases } from '../eval/score.ts';
import { assertPostable } from '../support/block-kit-limits.ts';
import { assertContract } from '../support/contract.ts';
import { assertMarkdown } from '../support/markdown.ts';

const { scores } = await scoreCases(readCases(join(import.meta.dirname, '../cases')));

function textAt(width: number): (diagnosis: Diagnosis) => string {
  return (diagnosis) => renderText(diagnosis, { flavour: 'admin-api', colour: false, width });
}

/** Snippets stand five columns in and keep their lines; everything else fits. */
function assertFits(rendered: string, width: number, label: string): void {
  for (const line of rendered.split('\n')) {
    if (!line.startsWith('     ')) assert.ok(line.length <= width, `${label}: ${line.length} columns: ${line}`);
    assert.equal(line, stripVTControlCharacters(line), `${label}: a control sequence`);
  }
}

for (const width of [100, 80, 40]) {
  rendererSuite(
    {
      name: `text of ${width} columns`,
      render: textAt(width),
      assertForm: (rendered, diagnosis, label) => {
        assertFits(rendered, width, label);
        assert.ok(rendered.replace(/\s+/g, ' ').startsWith(diagnosis.summary.slice(0, 30)), `${label}: the first line`);
      },
    },
    scores,
  );
}

rendererSuite(
  {
    name: 'json',
    render: (diagnosis) => JSON.stringify(toJson(diagnosis)),
    assertForm: (rendered, _, label) => {
      const value: unknown = JSON.parse(rendered);
      const parsed = DiagnosisJson.safeParse(value);
      assert.ok(parsed.success, `${label}: ${parsed.error?.message}`);
      assertContract(value, label);
    },
  },
  scores,
);

rendererSuite(
  {
    name: 'markdown',
    render: (diagnosis) => renderMarkdown(diagnosis, 'deck'),
    assertForm: (rendered, _, label) => assertMarkdown(rendered, label),
  },
  scores,
);

for (const further of ['folded', 'shown'] as const) {
  rendererSuite(
    {
      name: `slack, further candidates ${further}`,
      render: (diagnosis) => JSON.stringify(renderSlack(diagnosis, { flavour: 'kubernetes', further })),
      assertForm: (rendered, _, label) => assertPostable(JSON.parse(rendered) as SlackMessage, label),
    },
    scores,
  );
}

test('colour adds nothing but colour', () => {
  for (const { diagnosis } of scores.slice(0, 40)) {
    const coloured = renderText(diagnosis, { flavour: 'admin-api', colour: true, width: 100 });
    assert.equal(stripVTControlCharacters(coloured), textAt(100)(diagnosis));
  }
});
