// `npm run fuzz`: mutates and splices the cases; nothing may throw, show a secret, or leave the JSON contract.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { DiagnosisJson, toJson } from '../../src/render/json.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { renderSlack } from '../../src/render/slack.ts';
import { renderText } from '../../src/render/text.ts';
import { SAMPLES } from '../conformance/samples.ts';
import { readCases } from '../eval/case.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});

/** mulberry32: the same numbers for the same seed on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const texts = [...readCases(join(import.meta.dirname, '../cases')).map((one) => one.input), ...Object.values(SAMPLES)];
const PIECES = [
  '\n',
  '\r',
  '\t',
  ' ',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  '=',
  ',',
  '> ',
  '< ',
  '* ',
  '---\n',
  '```',
  '&lt;',
  '\u0000',
  '\ufeff',
  '\ud800',
  '“',
  '%00',
  'null',
  '-1',
  '1e999',
  '__proto__',
  'eyJ',
  '$(',
  '${',
  '}}',
  '<!channel>',
];
/** Positions in which anything that follows is a secret; `§` is replaced by it. */
const PLACES = [
  'Authorization: Bearer §',
  'apikey: §',
  '> apikey: §',
  'client_secret=§',
  '"client_secret": "§"',
  '{"access_token":"§","x":1}',
  'client_secret: §',
  'GET /orders?apikey=§&page=2 HTTP/1.1',
  'request: "GET /orders?access_token=§ HTTP/1.1", host: "x"',
  'KONG_PG_PASSWORD=§',
  'pg_password = §',
  "curl -u web:§ -H 'apikey: §' https://api.example.com/",
  'Cookie: session=§; theme=dark',
  'Set-Cookie: session=§; Path=/',
  'Kong-Admin-Token: §',
  '      session_secret: "§"',
  'https://user:§@idp.example.com/',
  'level=error msg="call failed" client_secret=§',
  '2026-10-12 07:01:02,123 ERROR [main] invalid_client client_secret=§',
] as const;

interface Mutant {
  readonly text: string;
  readonly secret: string;
}

/** One text out of one to three cases: cut, spliced, repeated, damaged, and given a line with a secret. */
function mutant(random: () => number): Mutant {
  const pick = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)];
    assert.ok(item !== undefined);
    return item;
  };
  let lines = pick(texts).split('\n');
  for (let splices = Math.floor(random() * 3); splices > 0; splices--) {
    const other = pick(texts).split('\n');
    const at = Math.floor(random() * lines.length);
    const from = Math.floor(random() * other.length);
    lines = [...lines.slice(0, at), ...other.slice(from), ...lines.slice(at)];
  }
  const spot = (): number => Math.floor(random() * lines.length);
  for (let changes = Math.floor(random() * 8); changes > 0; changes--) {
    const at = spot();
    const line = lines[at] ?? '';
    const column = Math.floor(random() * (line.length + 1));
    switch (Math.floor(random() * 8)) {
      case 0:
        lines[at] = line.slice(0, column) + pick(PIECES) + line.slice(column);
        break;
      case 1:
        lines[at] = line.slice(0, column) + line.slice(column + 1 + Math.floor(random() * 10));
        break;
      case 2:
        lines.splice(at, 1 + Math.floor(random() * 3));
        break;
      case 3:
        lines.splice(at, 0, ...lines.slice(spot(), spot()).slice(0, 10));
        break;
      case 4:
        lines[at] = line.slice(0, column) + pick(PIECES).repeat(1 + Math.floor(random() * 300)) + line.slice(column);
        break;
      case 5:
        lines[at] = `${line}${lines[at + 1] ?? ''}`;
        lines.splice(at + 1, 1);
        break;
      case 6:
        lines = lines.map((one) => `> ${one}`);
        break;
      default:
        lines[at] = JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-10-12T07:01:02Z' });
    }
    if (lines.length === 0) lines = [''];
  }
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
  const secret = Array.from({ length: 24 }, () => letters[Math.floor(random() * letters.length)]).join('');
  const places = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(PLACES).replaceAll('§', secret));
  for (const place of places) lines.splice(spot(), 0, place);
  return { text: lines.join(random() < 0.1 ? '\r\n' : '\n'), secret };
}

const seed = Number(values.seed);
const count = values.only === undefined ? Number(values.count) : 1;
const first = Number(values.only ?? 0);
let failures = 0;
for (let at = first; at < first + count; at++) {
  const { text, secret } = mutant(randomFrom(seed * 1_000_003 + at));
  try {
    const diagnosis = await diagnose([{ source: 'paste', bytes: text }], { key: new Uint8Array(32).fill(7), now: 0 });
    const outputs = [
      JSON.stringify(DiagnosisJson.parse(toJson(diagnosis))),
      renderText(diagnosis, { flavour: 'deck', colour: false, width: 100 }),
      renderMarkdown(diagnosis),
      JSON.stringify(renderSlack(diagnosis, { flavour: 'admin-api' })),
    ];
    for (const output of outputs) {
      const found = output.indexOf(secret);
      assert.equal(found, -1, `the secret survives: ${output.slice(Math.max(0, found - 150), found + 40)}`);
    }
  } catch (error) {
    failures++;
    console.error(`number ${at} of seed ${seed} (npm run fuzz -- --seed ${seed} --only ${at}):`);
    console.error(error instanceof Error ? (error.stack ?? error.message).slice(0, 900) : error);
    if (values.only !== undefined) console.error(`\n${text}`);
    if (failures >= 10) break;
  }
}
console.log(`${count} texts of seed ${seed}: ${failures === 0 ? 'no failure' : `${failures} failures`}`);
process.exitCode = failures === 0 ? 0 : 1;
