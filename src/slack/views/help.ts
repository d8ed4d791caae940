// What the bot can be asked, with examples.
import { context, section } from '../../render/slack-blocks.ts';
import { safeBold, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';

/** One line a way to ask; also what the App Home says. */
export const WAYS: readonly string[] = [
  '`/kongauth diagnose` opens a form for a paste and files; `/kongauth diagnose TEXT` takes a short paste at once. Only you see the answer, until you share it.',
  '`/kongauth diagnose --live TEXT` also looks up in the gateway what the paste names, and judges again; so does the button `Check the gateway` below an answer. `for NAME` at the end says which gateway. I only read, and only you see it until you share it.',
  'Mention me in a thread: I read the whole thread with its alerts and files, and answer there. Mention me again when there is more.',
  'The message shortcut `Diagnose with kongauth` looks at one message and its thread, for you alone; the shortcut `Diagnose Kong auth` opens the form anywhere.',
  'A direct message works like a mention.',
  '`/kongauth explain [CAUSE]` shows the page of a cause, or the list.',
  '`/kongauth inspect service|route|consumer|plugin NAME`, `/kongauth status`, `/kongauth doctor [service|route NAME] [to VERSION]` say what a configured gateway says, or what is missing.',
  '`/kongauth digest` says what matters since the last digest of a gateway; `/kongauth digest schedule daily 09:00 in #CHANNEL` has it posted (without a time a form opens), `/kongauth digest list` and `/kongauth digest stop` show and end that; `Diagnose this` below an item looks into it.',
];

export const LIMITS =
  'Slack knows no slash commands in threads, and they carry no files: there the mention, the message shortcut or the form does it.';

/** @param first why the help comes, when it was not asked for */
export function help(first?: string): OutMessage {
  const heading =
    'I find out why a Kong Gateway answers 400, 401 or 403: paste logs, configuration, tokens or requests.';
  const lines = WAYS.map((way) => safeSentence(`• ${way}`));
  const head = first === undefined ? undefined : safeSentence(first);
  return message(safeLines(head, safeSentence(heading), ...lines, safeSentence(LIMITS)), [
    section(safeLines(head, safeBold(heading))),
    section(safeLines(...lines)),
    context(safeSentence(`${LIMITS} Secrets are hidden in every answer, and whoever pasted one is told alone.`)),
  ]);
}
