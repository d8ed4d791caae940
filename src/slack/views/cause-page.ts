// The page of one cause, and the list of all causes, as messages.
import type { Cause } from '../../diagnosis/causes/cause.ts';
import { CAUSES } from '../../diagnosis/causes/index.ts';
import { CAUSES_BY_HOP, type Hop } from '../../diagnosis/names.ts';
import { type Block, context, DIVIDER, section } from '../../render/slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';

const HOP_TITLES: readonly (readonly [Hop, string])[] = [
  ['client-kong', 'Client to Kong: Kong itself answers'],
  ['kong-idp', 'Kong to identity provider'],
  ['kong-upstream', 'Kong to upstream: the upstream answers'],
  ['platform', 'Kong platform'],
];
const TEXT = 3800;

/** What, why, how to be sure, what to do, what to paste. */
export function causePage(cause: Cause): OutMessage {
  const parts: readonly SlackSafe[] = [
    safeLines(safeBold(`${cause.title} (${cause.name})`), safeSentence(cause.page.what)),
    safeLines(safeBold('Why'), safeSentence(cause.page.why)),
    safeLines(safeBold('How to be sure'), ...cause.page.confirm.map((line) => safeSentence(`• ${line}`))),
    safeLines(safeBold('What to do'), ...cause.page.fix.map((line) => safeSentence(`• ${line}`))),
    safeLines(safeBold('What to paste'), ...cause.checks.map((line) => safeSentence(`• ${line}`))),
  ];
  return message(
    safeCut(safeLines(...parts), TEXT),
    parts.map((part) => section(part)),
  );
}

/** All causes by hop; the list is long, so it is for one pair of eyes. */
export function causeList(first?: string): OutMessage {
  const titles = new Map(CAUSES.map((cause) => [cause.name, cause.title]));
  const blocks: readonly Block[] = HOP_TITLES.flatMap(([hop, title]) => [
    DIVIDER,
    section(
      safeLines(
        safeBold(title),
        ...CAUSES_BY_HOP[hop].map((name) => safeSentence(`• \`${name}\` ${titles.get(name) ?? ''}`)),
      ),
    ),
  ]);
  const how = safeSentence('`/kongauth explain CAUSE` shows one of them.');
  const head = first === undefined ? how : safeLines(safeSentence(first), how);
  const names = HOP_TITLES.map(([hop, title]) => safeSentence(`${title}: ${CAUSES_BY_HOP[hop].join(', ')}`));
  return message(safeCut(safeLines(head, ...names), TEXT), [context(head), ...blocks]);
}
