// An item of a digest with what the gateway shows of it now, as one message. Pure.
import type { DigestItem, ItemKind } from '../../digest/item.ts';
import { instant } from '../../digest/words.ts';
import { type Block, context, section, withinLimits } from '../../render/slack-blocks.ts';
import { safeBold, safeCut, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { notice } from './notice.ts';

const DETAILS = 8;
const TEXT = 3800;

/** What decides next, where the diagnosis of the configuration alone does not. */
const NEXT: Readonly<Record<ItemKind, string>> = {
  unreadable:
    'Check from where I run: does `KONG_ADMIN_URL` answer, is its token still valid, does `KONG_STATUS_URL` or `PROMETHEUS_URL` answer?',
  failures: 'Paste a failing request (`curl -v`) or lines of the log to me: with them I say who answered and why.',
  traffic:
    'Compare with the callers: a deployment, a DNS change or a route that takes over their requests shows there first; `inspect route METHOD URL` says which route answers an address.',
  health:
    'From a node of Kong call the target itself as the health check does; `/upstreams/NAME/health` shows what every node sees.',
  'data-plane':
    'On that data plane look for `clustering` in its log, and compare its version and clock with those of the control plane.',
  certificate: 'Renew it before it ends; `openssl x509 -enddate -noout -in FILE` says until when the new one holds.',
  'identity-provider':
    'From a node of Kong call the discovery document of the provider; after a rotation of keys a token that was issued before it tells whether Kong has read the new ones.',
  check: '`doctor` shows every check with what to do.',
  configuration:
    'Who changed it stands in the audit log of the Admin API (Enterprise) or in the history of the decK files.',
};

/** @param now what the gateway shows, or why it shows nothing */
export function itemMessage(
  { kind, says, details, diagnose }: DigestItem,
  now: OutMessage | { readonly why: string },
): OutMessage {
  const heading = safeBold(`The digest of ${instant(diagnose.to)} said`);
  const item = safeLines(safeSentence(says), ...details.slice(0, DETAILS).map((line) => safeSentence(`• ${line}`)));
  const shown = 'why' in now ? notice([now.why]) : now;
  const nowHeading = safeBold('Now');
  const next = safeSentence(`Check next: ${NEXT[kind]}`);
  const { blocks } = withinLimits(
    [section(safeLines(heading, item)), section(nowHeading), ...(shown.plain as readonly Block[])],
    [context(next)],
  );
  return {
    text: safeCut(safeLines(heading, item, nowHeading, shown.text as typeof item, next), TEXT),
    plain: blocks,
    ...(shown.file === undefined ? {} : { file: shown.file }),
  };
}
