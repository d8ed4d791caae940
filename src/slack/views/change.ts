// A proposed change: its diff in words, who is asked, and what became of it. Pure.
import type { Proposal, TrailEntry } from '../../kong/apply/trail.ts';
import { actions, type Block, context, plainText, section } from '../../render/slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeLines, safeMention, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';
import { button } from './reply.ts';

const FIELDS_SHOWN = 15;
const VALUE = 300;
/** Characters of a section. */
const SECTION = 2900;

/** For the proposer alone: the exact change, before anybody is asked. */
export function draftMessage(proposal: Proposal): OutMessage {
  const asks = safeSentence(
    'Nothing is changed yet. A second person has to approve it; who may is asked in this conversation.',
  );
  return of(
    proposal,
    [asks],
    [
      {
        ...button('ask_approval', 'Ask for approval', proposal.id),
        style: 'primary',
      },
    ],
  );
}

/** For the channel: who proposes what, and who may decide. */
export function requestMessage(proposal: Proposal, approvers: readonly string[]): OutMessage {
  const asked = approvers.filter((id) => id !== proposal.proposer);
  const who =
    `${safeMention(proposal.proposer)} proposes this; ${asked.map(safeMention).join(', ')} can approve it within an hour.` as SlackSafe;
  return of(
    proposal,
    [who],
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
    return `• ${when} UTC, ${what} by \`${who}\`: ${subject}. ${says}`;
  });
}

function of(proposal: Proposal, lines: readonly SlackSafe[], buttons: readonly Block[]): OutMessage {
  const { title, subject, gateway, diff } = proposal;
  const head = safeLines(safeBold(title), safeSentence(`${capital(subject)}, in the gateway \`${gateway}\`:`));
  const shown = diff
    .slice(0, FIELDS_SHOWN)
    .map(({ field, before, after }) =>
      safeSentence(`• \`${plain(field)}\`: from \`${plain(before)}\` to \`${plain(after)}\``),
    );
  const rest = diff.length > FIELDS_SHOWN ? [safeSentence(`${diff.length - FIELDS_SHOWN} more fields.`)] : [];
  const changes = safeCut(safeLines(...shown, ...rest), SECTION);
  return message(safeLines(head, changes, ...lines), [
    section(head),
    section(changes),
    context(safeLines(...lines)),
    ...(buttons.length === 0 ? [] : [actions(...buttons)]),
  ]);
}

function plain(text: string): string {
  const short = text.length > VALUE ? `${text.slice(0, VALUE)}…` : text;
  return short.replaceAll('`', "'");
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
