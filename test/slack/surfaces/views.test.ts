// What the bot says, as Slack judges it: every message and view within its limits, inert, and with its buttons.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSES } from '../../../src/diagnosis/causes/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import { SECRET_KINDS } from '../../../src/diagnosis/redact/redacted.ts';
import type { Settings } from '../../../src/settings.ts';
import { said } from '../../../src/slack/commands/said.ts';
import type { OutMessage } from '../../../src/slack/post.ts';
import { causePage } from '../../../src/slack/views/cause-page.ts';
import { diagnosisModal } from '../../../src/slack/views/diagnosis-modal.ts';
import { readFormOrigin } from '../../../src/slack/views/form-origin.ts';
import { type Handle, handleValue, readHandle } from '../../../src/slack/views/handles.ts';
import { homeView } from '../../../src/slack/views/home.ts';
import { notice } from '../../../src/slack/views/notice.ts';
import { pasteModal } from '../../../src/slack/views/paste-modal.ts';
import { replyMessage } from '../../../src/slack/views/reply.ts';
import { secretNote } from '../../../src/slack/views/secret-note.ts';
import { whatToPaste } from '../../../src/slack/views/what-to-paste.ts';
import { HOSTILE, rendererSuite } from '../../conformance/renderer.ts';
import { readCases } from '../../eval/case.ts';
import { scoreCases } from '../../eval/score.ts';
import { assertPostable, judgeMessage, judgeView } from '../../support/block-kit-limits.ts';

const { scores } = await scoreCases(readCases(join(import.meta.dirname, '../../cases')));
const ID = 'a1c3e5f7b9d2';
const SETTINGS: Settings = {
  slack: { botToken: 'xoxb-1', appToken: 'xapp-1' },
  port: 3000,
  logLevel: 'info',
  allowWrite: false,
  fingerprintKey: new Uint8Array(32),
  gateways: [],
  dataFolder: 'data',
  isKeyGiven: true,
  retentionDays: 30,
  auditDays: 400,
};

function assertGood(message: OutMessage, label: string): void {
  assertPostable({ text: message.text, blocks: message.plain }, `${label}, plain`);
  const rich = judgeMessage({ text: message.text, blocks: message.blocks ?? message.plain });
  assert.deepEqual([...rich.refused, ...rich.unsafe], [], label);
}

function assertGoodView(view: unknown, label: string): void {
  const { refused, unsafe } = judgeView(view);
  assert.deepEqual([...refused, ...unsafe], [], label);
}

/** The action ids of a message, in order. */
function actionIds(blocks: unknown): readonly string[] {
  return [...JSON.stringify(blocks).matchAll(/"action_id":"(\w+)"/g)].map(([, id = '']) => id);
}

for (const further of ['folded', 'shown'] as const) {
  for (const audience of ['private', 'public'] as const) {
    rendererSuite(
      {
        name: `${audience} reply, further candidates ${further}`,
        render: (diagnosis) =>
          JSON.stringify(
            replyMessage({ id: ID, diagnosis, flavour: 'deck', further, audience, news: HOSTILE, notes: [HOSTILE] }),
          ),
        assertForm: (rendered, _, label) => assertGood(JSON.parse(rendered) as OutMessage, label),
      },
      scores,
    );
  }
}

const paste = `> GET /orders HTTP/1.1
> Host: api.example.com
> Authorization: Bearer abc
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.0
{"message":"Unauthorized"}
`;

async function anyDiagnosis(): Promise<Diagnosis> {
  return diagnose([{ source: 'message', bytes: paste }], { key: new Uint8Array(32) });
}

test('a private reply has Share with a question first, a public one has not', async () => {
  const diagnosis = await anyDiagnosis();
  const shown = { id: ID, diagnosis, flavour: 'admin-api', further: 'folded' } as const;
  const own = replyMessage({ ...shown, audience: 'private' });
  assert.ok(actionIds(own.plain).includes('share'));
  assert.match(JSON.stringify(own.plain), /"confirm":/);
  for (const audience of ['public', 'shared'] as const)
    assert.ok(!actionIds(replyMessage({ ...shown, audience }).plain).includes('share'), audience);
});

test('rich and plain offer the same buttons, each with an id and no text of a paste', () => {
  for (const { diagnosis, case: one } of scores) {
    if (diagnosis.findings.length === 0) continue;
    const { blocks, plain } = replyMessage({
      id: ID,
      diagnosis,
      flavour: 'deck',
      further: 'folded',
      audience: 'private',
    });
    assert.deepEqual(actionIds(blocks), actionIds(plain), one.id);
    for (const [, value = ''] of JSON.stringify([blocks, plain]).matchAll(/"value":"([^"]*)"/g))
      assert.match(value, /^[a-z-]{3,12}:a1c3e5f7b9d2(?::folded:private)?$/, one.id);
  }
});

test('the flavour that is asked for is the one that is selected and shown', () => {
  let looked = 0;
  for (const { diagnosis } of scores) {
    const snippet = diagnosis.findings[0]?.remedies[0]?.snippets.deck;
    if (snippet === undefined) continue;
    const { plain } = replyMessage({ id: ID, diagnosis, flavour: 'deck', further: 'folded', audience: 'public' });
    const select = JSON.stringify(plain).match(/"initial_option":\{"text":\{"type":"plain_text","text":"([^"]*)"/);
    if (select === null) continue;
    looked++;
    assert.equal(select[1], 'decK');
  }
  assert.ok(looked > 20, `${looked} looked at`);
});

test('who answered and what fails stands in the first block and in the first line of the text', async () => {
  const diagnosis = await anyDiagnosis();
  const { text, blocks } = replyMessage({ id: ID, diagnosis, flavour: 'deck', further: 'folded', audience: 'public' });
  const start = diagnosis.summary.slice(0, 30);
  assert.ok(text.startsWith(start), text);
  assert.ok(JSON.stringify(blocks?.[0]).includes(start));
});

test('a reply that does not fit comes with the whole as a file', () => {
  const fitting = scores.find(({ diagnosis }) => diagnosis.findings.length > 1)?.diagnosis;
  assert.ok(fitting !== undefined);
  const [best] = fitting.findings;
  assert.ok(best !== undefined);
  const long = { ...best, explanation: `${best.explanation} `.repeat(60) as typeof best.explanation };
  const diagnosis: Diagnosis = { ...fitting, findings: Array.from({ length: 12 }, () => long) };
  const shown = { id: ID, flavour: 'deck', further: 'shown', audience: 'public' } as const;
  const message = replyMessage({ ...shown, diagnosis });
  assertGood(message, 'long');
  assert.ok(actionIds(message.plain).includes('explain'), 'the buttons stay');
  assert.match(JSON.stringify(message.plain), /in the file in this thread/);
  assert.equal(message.file?.name, `kongauth-diagnosis-${ID}.md`);
  assert.ok((message.file?.content.length ?? 0) > 0);
  assert.equal(replyMessage({ ...shown, further: 'folded', diagnosis: fitting }).file, undefined);
  // A private answer can carry no file, and a redrawn one has it already.
  for (const other of [{ audience: 'private' } as const, { isRedrawn: true }]) {
    const without = replyMessage({ ...shown, ...other, diagnosis });
    assert.equal(without.file, undefined);
    assertGood(without, 'long without a file');
    assert.match(JSON.stringify(without.plain), /Not everything fits/);
  }
});

test('a channel is not told whose secret it was; the one who pasted it learns kind, place and what to do', async () => {
  const secret = 'Zx81pQ77LmN2rT5vW9yB4';
  const diagnosis = await diagnose([{ source: 'message', bytes: `${paste}> apikey: ${secret}\n` }], {
    key: new Uint8Array(32),
  });
  const reply = replyMessage({ id: ID, diagnosis, flavour: 'deck', further: 'folded', audience: 'public' });
  assert.doesNotMatch(JSON.stringify(reply), /api-key \(line|rotate them/);
  const note = secretNote(diagnosis.secrets, true);
  assertGood(note, 'note');
  for (const { kind, fingerprint } of diagnosis.secrets)
    assert.ok(note.text.includes(`${kind} \`${fingerprint}\``), note.text);
  assert.match(note.text, /key-auth/);
  assert.ok(!JSON.stringify([reply, note]).includes(secret));
});

test('the note about secrets knows every kind, names equal ones once and stays short', () => {
  const secrets = SECRET_KINDS.map((kind, at) => ({
    kind,
    source: HOSTILE,
    line: at,
    fingerprint: `fp:${String(at).padStart(8, '0')}`,
  }));
  for (const secret of secrets) assertGood(secretNote([secret, secret], false), secret.kind);
  const [first] = secrets;
  assert.ok(first !== undefined);
  assert.equal(secretNote([first, first], true).text.split('fp:').length - 1, 1);
  assert.match(secretNote(secrets, true).text, /and 9 more/);
});

test('verbs answer; unknown ones get the help', () => {
  const answers: readonly (readonly [string, string, RegExp])[] = [
    ['help', '', /mention/i],
    ['', '', /mention/i],
    ['explain', '', /token-cache-stale/],
    ['explain', 'token-expired', /token-expired/],
    ['explain', HOSTILE, /I know no cause/],
    [HOSTILE.toLowerCase(), '', /I know no[\s\S]*mention/i],
  ];
  for (const [verb, rest, says] of answers) {
    const message = said(verb, rest);
    assertGood(message, `${verb} ${rest}`);
    assert.match(message.text, says, `${verb} ${rest}`);
  }
});

test('every page of a cause fits', () => {
  for (const cause of CAUSES) assertGood(causePage(cause), cause.name);
});

test('hostile sentences stay text in notices and in what to paste', () => {
  assertGood(notice([HOSTILE, HOSTILE.repeat(100)], [HOSTILE]), 'notice');
  assertGood(whatToPaste(HOSTILE, [HOSTILE]), 'what to paste');
  assert.match(whatToPaste('Nothing.').text, /log-level[\s\S]*file-log[\s\S]*plugins/);
});

test('the form takes text, files and a gateway, and remembers where it was opened', () => {
  for (const gateways of [[], ['eu', HOSTILE.repeat(3)]]) {
    const origin = { channel: 'C1', responseUrl: 'https://hooks.slack.com/commands/1/2/3' };
    const view = pasteModal(origin, gateways);
    assertGoodView(view, 'form');
    assert.deepEqual(readFormOrigin(view.private_metadata ?? ''), origin);
    assertGoodView(pasteModal({}, gateways), 'form of the shortcut');
  }
  assert.deepEqual(readFormOrigin('nonsense'), {});
});

test('the App Home and the diagnosis opened from it fit', () => {
  const recent = scores.slice(0, 30).map(({ diagnosis }, at) => ({ id: ID, diagnosis, user: 'U1', channel: 'C1', at }));
  for (const list of [[], recent]) assertGoodView(homeView(SETTINGS, list), 'home');
  for (const { diagnosis, case: one } of scores) assertGoodView(diagnosisModal(diagnosis, 'deck'), one.id);
});

test('a handle comes back as it was, and what is none is none', () => {
  const handle: Handle = { id: ID, flavour: 'kong-conf', further: 'shown', audience: 'shared' };
  assert.deepEqual(readHandle(handleValue(handle)), handle);
  for (const value of [undefined, '', 'deck', `xml:${ID}:folded:private`, 'deck:<!here>:folded:private'])
    assert.equal(readHandle(value), undefined, value);
});
