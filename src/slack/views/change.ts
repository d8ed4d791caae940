// A proposed change: its diff in words, who is asked, and what became of it. Pure.
import type { Proposal, TrailEntry } from '../../kong/apply/trail.ts';
import { withoutAddress } from '../../kong/failure.ts';
import { actions, type Block, context, plainText, section, withinLimits } from '../../render/slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeLines, safeMention, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';
import { button } from './reply.ts';

/** Within one message of Slack's. */
const IN_MESSAGE = { fields: 10, value: 200 };
const TEXT = 3800;

/** For the channel: who proposes what, and who may decide. */
export function requestMessage(proposal: Proposal, approvers: readonly string[]): OutMessage {
  const asked = approvers.filter((id) => id !== proposal.proposer);
  const who =
    `${safeMention(proposal.proposer)} proposes this; ${asked.map(safeMention).join(', ')} can approve it within an hour.` as SlackSafe;
  const asks = of(
    proposal,
    isWhole(proposal) ? [who] : [who, safeSentence('The whole change is in the file in this thread.')],
    [
      {
        ...button('approve', 'Approve and apply', proposal.id),
        style: 'danger',
        confirm: {
          title: plainText('Change the gateway?', 100),
          text: plainText(`${proposal.subject} of the gateway ${proposal.gateway} is changed at once.`, 300),
          confirm: plainText('Apply', 30),
          deny: plainText('Not now', 30),
        },
      },
      button('reject', 'Reject', proposal.id),
    ],
  );
  return isWhole(proposal) ? asks : { ...asks, file: wholeOf(proposal) };
}

function isWhole({ diff }: Proposal): boolean {
  return (
    diff.length <= IN_MESSAGE.fields &&
    diff.every(({ before, after }) => before.length <= IN_MESSAGE.value && after.length <= IN_MESSAGE.value)
  );
}

/** Nobody approves what they cannot read whole. */
function wholeOf({ id, title, subject, gateway, diff }: Proposal): NonNullable<OutMessage['file']> {
  const fields = diff.map(({ field, before, after }) => `${field}\n  before: ${before}\n  after:  ${after}\n`);
  return {
    name: `kongauth-change-${id}.txt`,
    content: `${title}\n${capital(subject)}, in the gateway ${gateway}\n\n${fields.join('\n')}`,
  };
}

/** In the place of the request: what became of it; an applied change can be undone. */
export function outcomeMessage(proposal: Proposal, who: string, says: string): OutMessage {
  const line =
    `${WORDS[proposal.state]} by ${safeMention(who)}, proposed by ${safeMention(proposal.proposer)}.` as SlackSafe;
  return of(
    proposal,
    [line, safeSentence(says)],
    proposal.state === 'applied'
      ? [
          {
            ...button('undo', 'Undo', proposal.id),
            confirm: {
              title: plainText('Undo this change?', 100),
              text: plainText('The previous values are written back, unless it changed since.', 300),
              confirm: plainText('Undo', 30),
              deny: plainText('Keep it', 30),
            },
          },
        ]
      : [],
  );
}

const WORDS: Readonly<Record<Proposal['state'], string>> = {
  proposed: 'Proposed',
  applying: 'Being applied',
  applied: 'Applied',
  rejected: 'Rejected',
  conflict: 'Not applied, it changed meanwhile; tried',
  failed: 'Failed; tried',
  unknown: 'Outcome unknown; tried',
  undoing: 'Being undone',
  undone: 'Undone',
};

/** The last changes of a gateway, one line each. */
export function recentChanges(entries: readonly TrailEntry[]): readonly string[] {
  return entries.map(({ at, what, subject, says, who }) => {
    const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    return `• ${when} UTC, ${what} by \`${who}\`: ${subject}. ${withoutAddress(says)}`;
  });
}

/**
 * What is changed, field by field.
 * @param most fields and characters of a value that are shown
 */
export function changeBlocks(proposal: Proposal, most: { readonly fields: number; readonly value: number }): Block[] {
  return changeTexts(proposal, most).map((text) => section(text));
}

function changeTexts(
  { title, subject, gateway, diff, caution }: Proposal,
  most: { readonly fields: number; readonly value: number },
): readonly SlackSafe[] {
  const left = diff.length - most.fields;
  return [
    safeLines(safeBold(title), safeSentence(`${capital(subject)}, in the gateway \`${gateway}\`:`)),
    ...diff
      .slice(0, most.fields)
      .map(({ field, before, after }) =>
        safeLines(
          safeSentence(`\`${plain(field, most.value)}\``),
          safeSentence(`Before: \`${plain(before, most.value)}\``),
          safeSentence(`After: \`${plain(after, most.value)}\``),
        ),
      ),
    ...(left > 0 ? [safeSentence(`${left} more ${left === 1 ? 'field' : 'fields'}.`)] : []),
    ...(caution === undefined ? [] : [safeSentence(caution)]),
  ];
}

function of(proposal: Proposal, lines: readonly SlackSafe[], buttons: readonly Block[]): OutMessage {
  const texts = changeTexts(proposal, IN_MESSAGE);
  const shown = texts.map((text) => section(text));
  const atEnd = [context(safeLines(...lines)), ...(buttons.length === 0 ? [] : [actions(...buttons)])];
  return message(safeCut(safeLines(...texts, ...lines), TEXT), withinLimits(shown, atEnd).blocks);
}

function plain(text: string, length: number): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return short.replaceAll('`', "'");
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
