// A proposed change as Slack judges it, and which fixes get the button at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import type { Change } from '../../../src/diagnosis/remedies/change.ts';
import type { GatewaySettings } from '../../../src/gateway-settings.ts';
import type { Proposal, TrailEntry } from '../../../src/kong/apply/trail.ts';
import type { Settings } from '../../../src/settings.ts';
import { applicableOf } from '../../../src/slack/applicable.ts';
import type { OutMessage } from '../../../src/slack/post.ts';
import { applyModal, readApplyOrigin, readingModal, refusedModal } from '../../../src/slack/views/apply-modal.ts';
import { outcomeMessage, recentChanges, requestMessage } from '../../../src/slack/views/change.ts';
import { gatewayAt } from '../../support/admin-api-peer.ts';
import { assertPostable, judgeView } from '../../support/block-kit-limits.ts';

const HOSTILE = '<!channel> <@U1> `*_~ @here https://evil.example & {{x}} \u202e';
const PLUGIN: Change = {
  on: 'plugin',
  how: 'update',
  plugin: 'key-auth',
  id: '0d0f2a3e-2222-4a4a-8a8a-000000000002',
  scope: {},
  config: { hide_credentials: false },
};
const NODE: Change = { on: 'node', method: 'DELETE', path: '/cache' };

function proposal(fields: number, more: Partial<Proposal> = {}): Proposal {
  return {
    id: '0123456789abcdef',
    gateway: 'edge',
    title: HOSTILE,
    subject: `the plugin ${HOSTILE}`,
    how: 'update',
    collection: 'plugins',
    body: {},
    before: {},
    diff: Array.from({ length: fields }, (_, at) => ({
      field: `config.f${at}.${HOSTILE}`,
      before: JSON.stringify('<'.repeat(900) + HOSTILE.repeat(40)),
      after: 'not set',
    })),
    caution: 'It has no tags; where decK syncs it all the same, change the file too.',
    seen: {},
    proposer: 'U0ANNA',
    channel: 'C0OPS',
    at: 0,
    state: 'proposed',
    ...more,
  };
}

for (const fields of [1, 10, 200])
  test(`a change of ${fields} fields fits Slack, inert, in the form and in messages`, () => {
    const given = proposal(fields);
    const { refused, unsafe } = judgeView(applyModal(given, 'https://hooks.slack.example/x'));
    assert.deepEqual([...refused, ...unsafe], []);
    for (const message of [
      requestMessage(given, ['U0ANNA', 'U0BERT']),
      outcomeMessage({ ...given, state: 'applied' }, 'U0BERT', HOSTILE),
    ]) {
      const text = JSON.stringify(message);
      assertPostable({ text: message.text.replace(/<@U0\w+>/g, ''), blocks: withoutMentions(message.plain) }, text);
      assert.match(text, /Before: [\s\S]*After: /, 'words, not colour alone');
      assert.match(text, /…|too long/, 'what is left out is said');
    }
    const { file } = requestMessage(given, ['U0BERT']);
    for (const { field, before } of given.diff) assert.ok(file?.content.includes(`${field}\n  before: ${before}\n`));
    assert.equal(requestMessage(proposal(1, { diff: [{ field: 'f', before: '1', after: '2' }] }), []).file, undefined);
  });

/** The only pings are those of proposer and approvers. */
function withoutMentions(blocks: OutMessage['plain']): OutMessage['plain'] {
  return JSON.parse(JSON.stringify(blocks).replace(/<@U0(?:ANNA|BERT)>/g, 'somebody'));
}

test('the form says where approval is asked, and its submission leads back to the proposal', () => {
  const view = applyModal(proposal(1), 'https://hooks.slack.example/x');
  assert.match(JSON.stringify(view), /asked in this channel/);
  assert.deepEqual(readApplyOrigin(view.private_metadata ?? ''), {
    proposal: '0123456789abcdef',
    responseUrl: 'https://hooks.slack.example/x',
  });
  assert.equal(readApplyOrigin('{}'), undefined);
  assert.equal(readApplyOrigin('no json'), undefined);
  for (const other of [
    readingModal('edge'),
    refusedModal(HOSTILE, `curl ${HOSTILE}`),
    refusedModal('No.', 'x'.repeat(9000)),
  ]) {
    const { refused, unsafe } = judgeView(other);
    assert.deepEqual([...refused, ...unsafe], []);
    assert.equal(other.submit, undefined, 'nothing to submit');
  }
});

test('recent changes name time, person and outcome, and no address of the Admin API', () => {
  const entry: TrailEntry = {
    at: Date.parse('2026-11-25T03:04:05Z'),
    gateway: 'edge',
    proposal: 'x',
    who: 'U0BERT',
    what: 'unknown',
    subject: 'the plugin key-auth on the route orders',
    says: 'The answer to PATCH /plugins/1 at http://10.0.0.1:8001 was lost.',
    diff: [],
  };
  assert.deepEqual(recentChanges([entry]), [
    '• 2026-11-25 03:04 UTC, unknown by `U0BERT`: the plugin key-auth on the route orders. The answer to PATCH /plugins/1 was lost.',
  ]);
});

test('the button is offered for a whole fix that can be made, and for no other', async () => {
  const paste = 'HTTP/1.1 401 Unauthorized\nserver: kong/3.9.3\n\n{"message":"No API key found in request"}\n';
  const plain = await diagnose([{ source: 'paste', bytes: paste }], { key: new Uint8Array(32) });
  const [finding] = plain.findings;
  const [remedy] = finding?.remedies ?? [];
  assert.ok(finding !== undefined && remedy !== undefined, 'the paste has a finding');
  const withChanges = (changes: readonly Change[]): Diagnosis => ({
    ...plain,
    findings: [{ ...finding, remedies: [{ ...remedy, changes }] }],
  });
  const edge = gatewayAt('http://127.0.0.1:9', { name: 'edge', approvers: ['U0BERT'] });
  const offered = (
    changes: readonly Change[],
    gateway: string | undefined = 'edge',
    gateways: readonly GatewaySettings[] = [edge],
    allowWrite = true,
  ): boolean => {
    const remembered = {
      id: 'a1',
      diagnosis: withChanges(changes),
      user: 'U0ANNA',
      channel: 'C0OPS',
      at: 0,
      ...(gateway === '' ? {} : { gateway }),
    };
    return applicableOf(remembered, { allowWrite, gateways } as unknown as Settings) !== undefined;
  };
  const { id: _id, ...nameless } = PLUGIN as Extract<Change, { on: 'plugin' }>;
  const target: Change = { on: 'target', upstream: 'u', target: 't:1', how: 'update', fields: { weight: 0 } };
  const consumer: Change = { on: 'consumer', nameOrId: 'x', how: 'create', fields: { username: 'x' } };
  assert.ok(offered([PLUGIN]));
  assert.ok(offered([nameless]), 'looked at live, the name and scope are enough');
  assert.ok(offered([target]));
  assert.ok(offered([PLUGIN], ''), 'an id and one gateway need no look');
  assert.ok(!offered([nameless], ''), 'not looked at live');
  assert.ok(!offered([PLUGIN], '', [edge, { ...edge, name: 'other' }]), 'of which gateway is not known');
  assert.ok(!offered([PLUGIN, NODE]), 'half a fix');
  assert.ok(!offered([consumer, PLUGIN]), 'half a fix');
  assert.ok(!offered([{ ...nameless, config: { issuer: '<ISSUER_URL>' } }]), 'a gap');
  assert.ok(!offered([{ ...nameless, config: { client_secret: '[client-secret fp:01234567]' } }]), 'a hidden value');
  assert.ok(!offered([NODE]) && !offered([consumer]) && !offered([]));
  assert.ok(!offered([PLUGIN], 'edge', [edge], false), 'writes are off');
  assert.ok(!offered([PLUGIN], 'edge', [{ ...edge, approvers: [] }]), 'nobody may approve');
});
