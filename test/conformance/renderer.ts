// What every rendering must keep, whatever the diagnosis: called with each of them by test/render/conformance.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { CaseScore } from '../eval/score.ts';
import { PLANTED, secretsIn } from '../support/secrets.ts';

export interface Renderer {
  readonly name: string;
  readonly render: (diagnosis: Diagnosis) => string;
  /** Fails when the rendering is not of its format. */
  readonly assertForm: (rendered: string, diagnosis: Diagnosis, label: string) => void;
}

const KEY = new Uint8Array(32).fill(7);
/** A name that tries everything at once, as a consumer, a path, a file and a header may be called. */
export const HOSTILE =
  '<!channel> <@U1> <https://evil.example|log in> @here ``` *b* _i_ [x](http://evil.example) <b>|#';
const HOSTILE_PASTE = `${Array.from({ length: 24 }, (_, at) =>
  JSON.stringify({
    request: { method: 'GET', uri: `/orders/<!here>/@everyone`, headers: { host: 'api.example.com' } },
    upstream_status: at % 3 === 0 ? '401' : '200',
    response: { status: at % 3 === 0 ? 401 : 200, headers: {} },
    consumer: { username: at % 3 === 0 ? HOSTILE : 'web' },
    route: { name: `orders \u001b[2J\u202e${HOSTILE}` },
    service: { name: HOSTILE },
    source: 'upstream',
    started_at: 1791788400000 + at * 60_000,
  }),
).join('\n')}\n`;

/** Runs the suite for one renderer. */
export function rendererSuite(renderer: Renderer, scores: readonly CaseScore[]): void {
  test(`${renderer.name}: every case is of the form`, () => {
    for (const { case: one, diagnosis } of scores)
      renderer.assertForm(renderer.render(diagnosis), diagnosis, `${renderer.name} of ${one.id}`);
  });

  test(`${renderer.name}: no secret of a case comes out`, () => {
    let looked = 0;
    for (const { case: one, diagnosis } of scores) {
      const rendered = renderer.render(diagnosis);
      for (const secret of secretsIn(one.input)) {
        looked++;
        assert.ok(!rendered.includes(secret), `${one.id}: a secret of ${secret.length} characters`);
      }
    }
    assert.ok(looked > 20, `only ${looked} secrets were looked for`);
  });

  test(`${renderer.name}: nothing and unreadable material have a rendering that says what to paste`, async () => {
    for (const bytes of ['', 'hello', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])]) {
      const diagnosis = await diagnose([{ source: 'x', bytes }], { key: KEY });
      const rendered = renderer.render(diagnosis);
      renderer.assertForm(rendered, diagnosis, renderer.name);
      assert.match(rendered, /curl -v https:/);
    }
  });

  test(`${renderer.name}: hostile names stay text`, async () => {
    const diagnosis = await diagnose([{ source: `${HOSTILE}.log`, bytes: HOSTILE_PASTE }], { key: KEY });
    assert.equal(diagnosis.findings[0]?.cause, 'consumer-subset-failing');
    const rendered = renderer.render(diagnosis);
    renderer.assertForm(rendered, diagnosis, renderer.name);
    if (renderer.name !== 'json')
      for (const unseen of ['\u001b', '\u202e', '\\u001b', '\\u202e'])
        assert.ok(!rendered.includes(unseen), `${renderer.name}: a control sequence`);
  });

  test(`${renderer.name}: no secret that is planted into a case comes out`, async () => {
    for (const [at, planted] of PLANTED.entries()) {
      await fc.assert(
        fc.asyncProperty(planted, fc.nat(), async ({ kind, lines, secrets }, which) => {
          const score = scores[which % scores.length];
          const diagnosis = await diagnose([{ source: 'paste', bytes: besideTheEvidence(score, lines) }], { key: KEY });
          const rendered = renderer.render(diagnosis);
          for (const secret of secrets) {
            assert.ok(!rendered.includes(secret), `a ${kind} came out`);
            // Half a secret is one too.
            assert.ok(!rendered.includes(secret.slice(0, 10)), `the beginning of a ${kind} came out`);
          }
        }),
        { numRuns: 6, seed: 20261124 + at },
      );
    }
  });
}

/** The case with lines planted into it: at the end of the line that is its first evidence, where a rendering shows it. */
function besideTheEvidence(score: CaseScore | undefined, lines: string): string {
  const input = score?.case.input.split('\n') ?? [];
  const at = (score?.diagnosis.findings[0]?.evidence[0]?.line ?? 1) - 1;
  const shown = input[at] ?? '';
  // Half of the time in the line itself, else below it.
  if (lines.includes('\n') || shown.length % 2 === 0) input.splice(at + 1, 0, lines);
  else input[at] = `${shown} ${lines}`;
  return input.join('\n');
}
