// Share of an answer about a live gateway: it goes to the channel or thread it was asked in, once, by its asker.
import { KongauthError } from '../../errors.ts';
import type { Bot } from '../context.ts';
import type { ActionListener } from '../listener.ts';
import type { Report } from '../reports.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, chosenValue } from './pressed.ts';

export const shareReport: ActionListener = {
  kind: 'action',
  name: 'share_report',
  async handle({ action, body }, bot) {
    const report = await bot.reports.byId(chosenValue(action) ?? '');
    const refusal = refusalTo(report, body.user.id);
    if (report === undefined || refusal !== undefined) return answerPressed(body, notice([refusal ?? GONE]), bot);
    // Before the call: a second press while it is under way shares nothing twice.
    await bot.reports.put({ ...report, shared: true });
    try {
      await post(report, body.response_url, bot);
    } catch (error) {
      await bot.reports.put(report);
      throw error;
    }
    const { file: _file, picture: _picture, ...shown } = report.message;
    await bot.post.respond(body.response_url, shown, { replace: true });
  },
};

const GONE = 'I no longer have this answer: it has been too long; please ask again.';

function refusalTo(report: Report | undefined, user: string): string | undefined {
  if (report === undefined) return GONE;
  if (report.user !== user) return 'This answer is private to whoever asked for it.';
  return report.shared === true ? 'This answer is shared already.' : undefined;
}

/** Where the bot is no member, the one-time address of the button still reaches the channel, though not its threads. */
async function post({ channel, threadTs, message }: Report, responseUrl: string, bot: Bot): Promise<void> {
  try {
    await bot.post.toThread(channel, threadTs, message);
  } catch (error) {
    if (!(error instanceof KongauthError) || error.code !== 'slack-refused') throw error;
    await bot.post.respond(responseUrl, message, { inChannel: true });
  }
}
