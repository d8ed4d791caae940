// With nothing to analyse: what to paste, and the commands that get it.
import { context, preformatted, section } from '../../render/slack-blocks.ts';
import { safeBold, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';

const GUIDE: readonly (readonly [string, string])[] = [
  ['The failing call with its answer and all headers', 'curl -v https://HOST/PATH'],
  [
    'The error log of that moment; debug level shows why a plugin refuses, here for five minutes',
    "curl -s -X PUT 'http://localhost:8001/debug/node/log-level/debug?timeout=300'",
  ],
  [
    'The JSON log of failing and working requests, from a log plugin such as file-log or http-log',
    'curl -s http://localhost:8001/plugins -d name=file-log -d config.path=/dev/stdout',
  ],
  ['The plugins of the route', 'curl -s http://localhost:8001/routes/ROUTE/plugins'],
];

/**
 * What to paste and how to get it.
 * @param first what was seen, if anything
 * @param notes what could not be read
 */
export function whatToPaste(first: string, notes: readonly string[] = []): OutMessage {
  const blocks = [
    section(
      safeLines(safeBold(first), safeSentence('Any one of these is a start; secrets are hidden in every answer.')),
    ),
    ...GUIDE.flatMap(([what, how]) => [section(safeSentence(`${what}:`)), preformatted(how)]),
    context(
      safeLines(
        ...notes.slice(0, 5).map(safeSentence),
        safeSentence(
          'Paste it here and mention me, or attach files. Slack knows no slash commands in threads, and they carry no files: in a thread use the mention or the message shortcut `Diagnose with kongauth`.',
        ),
      ),
    ),
  ];
  const text = safeLines(
    safeSentence(first),
    ...notes.map(safeSentence),
    ...GUIDE.map(([what, how]) => safeSentence(`${what}: \`${how}\``)),
  );
  return message(text, blocks);
}
