// The form in which a change is looked at before anybody is asked: field by field, before and after. Pure.
import type { types } from '@slack/bolt';
import type { Proposal } from '../../kong/apply/trail.ts';
import { type Block, context, plainText, preformatted, section } from '../../render/slack-blocks.ts';
import { safeSentence } from '../../render/slack-safe.ts';
import { changeBlocks } from './change.ts';

/** What a modal may hold, with room for the other blocks. */
const FIELDS_SHOWN = 60;
const VALUE_SHOWN = 1000;
/** Slack's limit of a preformatted text, less some. */
const SNIPPET = 2800;

/** What the submission needs: which proposal, and the way to the channel where the bot is no member. */
export interface ApplyOrigin {
  readonly proposal: string;
  readonly responseUrl?: string;
}

/** Opened at once, since Slack waits three seconds and a gateway may take longer. */
export function readingModal(gateway: string): types.ModalView {
  return modal([section(safeSentence(`Reading the gateway \`${gateway}\`; the exact change follows here.`))]);
}

/** The exact change; submitting it asks for approval and changes nothing. */
export function applyModal(proposal: Proposal, responseUrl: string | undefined): types.ModalView {
  const origin: ApplyOrigin = { proposal: proposal.id, ...(responseUrl ? { responseUrl } : {}) };
  const asked = proposal.channel.startsWith('D')
    ? 'Each approver of this gateway is asked in a direct message'
    : 'The approvers of this gateway are asked in this channel, where everyone can read the change';
  return modal(
    [
      ...changeBlocks(proposal, { fields: FIELDS_SHOWN, value: VALUE_SHOWN }),
      context(safeSentence(`Nothing is changed yet. ${asked}; another person than you has to approve it.`)),
    ],
    {
      callback_id: 'apply_submit',
      private_metadata: JSON.stringify(origin),
      submit: plainText('Ask for approval', 24),
    },
  );
}

/** Why it is not applied from here, with what can be used instead. */
export function refusedModal(sentence: string, snippet: string | undefined): types.ModalView {
  return modal([
    section(safeSentence(`Not applied from here. ${sentence}`)),
    ...(snippet === undefined || snippet.length > SNIPPET ? [] : [preformatted(snippet)]),
  ]);
}

/** What a submitted form says; nothing when it cannot be read. */
export function readApplyOrigin(privateMetadata: string): ApplyOrigin | undefined {
  try {
    const { proposal, responseUrl } = JSON.parse(privateMetadata) as Record<string, unknown>;
    if (typeof proposal !== 'string') return undefined;
    return { proposal, ...(typeof responseUrl === 'string' ? { responseUrl } : {}) };
  } catch {
    // A form of an older version: it is asked to be opened again.
    return undefined;
  }
}

function modal(blocks: readonly Block[], more: Readonly<Record<string, unknown>> = {}): types.ModalView {
  const view = { type: 'modal', title: plainText('Apply fix', 24), close: plainText('Close', 24), blocks, ...more };
  return view as unknown as types.ModalView;
}
