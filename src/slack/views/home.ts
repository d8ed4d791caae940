// The App Home: what the bot can do, what is configured, and the user's recent diagnoses.
import type { types } from '@slack/bolt';
import { actions, context, DIVIDER, plainText, section } from '../../render/slack-blocks.ts';
import { safeBold, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { Settings } from '../../settings.ts';
import type { Remembered } from '../context.ts';
import { handleValue } from './handles.ts';
import { LIMITS, WAYS } from './help.ts';
import { button } from './reply.ts';
import { configured } from './status.ts';

const RECENT = 10;

/** @param recent newest first; of this user */
export function homeView(settings: Settings, recent: readonly Remembered[]): types.HomeView {
  const blocks = [
    { type: 'header', text: plainText('Why does Kong answer 400, 401 or 403?', 150) },
    section(
      safeSentence(
        'Paste what you have; I say who answered, the likeliest cause, the line that proves it, and what to do.',
      ),
    ),
    actions({ ...button('diagnose_paste', 'Diagnose a paste', 'home'), style: 'primary' }),
    section(safeLines(safeBold('How to ask'), ...WAYS.map((way) => safeSentence(`• ${way}`)))),
    context(safeSentence(LIMITS)),
    DIVIDER,
    section(
      safeLines(safeBold('What is configured'), ...configured(settings).map((line) => safeSentence(`• ${line}`))),
    ),
    DIVIDER,
    section(safeBold('Your recent diagnoses')),
    ...(recent.length === 0 ? [context(safeSentence('None yet.'))] : recent.slice(0, RECENT).map(recentBlock)),
    context(
      safeSentence(
        `Pastes are kept, sealed, only until they are answered; the redacted answers for ${settings.retentionDays} days. Secrets leave only their kind and a keyed fingerprint.`,
      ),
    ),
  ];
  return { type: 'home', blocks } as unknown as types.HomeView;
}

function recentBlock({ id, diagnosis, at }: Remembered): ReturnType<typeof section> {
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return section(
    safeLines(safeSentence(diagnosis.summary), safeSentence(`${when} UTC`)),
    button('more', 'Show', handleValue({ id, flavour: 'admin-api', further: 'folded', audience: 'private' })),
  );
}
