// Sign exactly what Kong receives.
import type { Facts } from '../facts/facts.ts';
import { shellWord } from './flavours/shell.ts';
import { presentedIn } from './names-from-exchanges.ts';
import { fieldTexts, pluginOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { kongCall } from './replay/proxy-call.ts';

/** Sign exactly what Kong receives. */
export function signRequest(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'hmac-auth');
  const enforced = fieldTexts(plugin, 'enforce_headers');
  const headers = enforced.length > 0 ? enforced : ['date', '@request-target'];
  const algorithms = fieldTexts(plugin, 'algorithms');
  const algorithm = algorithms.length === 0 || algorithms.includes('hmac-sha256') ? 'hmac-sha256' : algorithms[0];
  const presented = presentedIn(facts).find((credential) => credential.username !== undefined)?.username;
  const user = presented === undefined || /["\\\p{Cc}]/u.test(presented) ? placeholder('USER_NAME') : presented;
  const signature = `hmac username="${user}", algorithm="${algorithm}", headers="${headers.join(' ')}", signature="${placeholder('SIGNATURE')}"`;
  return completed(facts, {
    title: 'Sign exactly what Kong receives',
    risk: 'low',
    note: 'On the client: one line `name: value` for each listed header in that order, joined by \\n and without one at the end; headers separated by blanks, not commas; request-line and @request-target as Kong sees the path; Date or X-Date within clock_skew (300 s); with validate_request_body the Digest of the very body.',
    changes: [],
    text: {
      'admin-api': kongCall(
        facts,
        `-H ${shellWord(`Date: ${placeholder('DATE')}`)} \\\n  -H ${shellWord(`Authorization: ${signature}`)}`,
      ),
    },
  });
}
