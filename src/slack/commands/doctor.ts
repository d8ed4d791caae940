// doctor, from a command, a mention or a direct message: every check of a gateway, or of what one service or route meets.
import { examine, type Scope } from '../../doctor/examine.ts';
import { KongauthError } from '../../errors.ts';
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { doctorMessage } from '../views/doctor.ts';
import { forGateway } from './for-gateway.ts';
import { askGateway, sayingWhyNot } from './gateway-question.ts';

interface Asked {
  readonly scope: Scope | undefined;
  readonly targetVersion: string | undefined;
}

/**
 * Answers `doctor [service|route NAME] [to VERSION] [for GATEWAY]`.
 * @param said what stands behind the verb, with Slack's marks undone
 */
export async function doctor(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const { rest, name } = forGateway(said);
  const asked = askedIn(rest);
  if (asked === undefined)
    return sayingWhyNot(asker, bot, async () => {
      throw new KongauthError(
        'usage',
        'Say `doctor`, `doctor route NAME` or `doctor service NAME`; `to 3.14` behind it tells what that upgrade changes, and `for GATEWAY` at the end names one of several gateways.',
      );
    });
  const { scope, targetVersion } = asked;
  await askGateway(asker, name, bot, async (client, gateway) => {
    const now = bot.now();
    const report = await examine(client, {
      key: bot.settings.fingerprintKey,
      now,
      gateway,
      ...(scope === undefined ? {} : { scope }),
      ...(targetVersion === undefined ? {} : { targetVersion }),
      // What the asker pasted lately says which keys are in use.
      tokens: (await bot.remember.byUser(asker.user)).flatMap(({ diagnosis }) => diagnosis.subjects.tokens),
      onFault: (check, error) => bot.log.error({ err: error, check }, 'a check of the doctor broke'),
    });
    return doctorMessage(report, now);
  });
}

/** Undefined for words that are none of ours. */
function askedIn(said: string): Asked | undefined {
  const [, before = '', targetVersion] =
    /^([\s\S]*?)(?:(?:^|\s+)to\s+v?(\d{1,2}\.\d{1,2}(?:\.\d{1,3}){0,2}))?$/i.exec(said.trim()) ?? [];
  if (before === '') return { scope: undefined, targetVersion };
  const [, type = '', text = ''] = /^(\S+)\s+([\s\S]+)$/.exec(before) ?? [];
  const kind = (['service', 'route'] as const).find((known) => known === type.toLowerCase());
  const name = text
    .trim()
    .replace(/^["'`“”‘’]|["'`“”‘’]$/g, '')
    .trim();
  return kind === undefined || name === '' ? undefined : { scope: { type: kind, name }, targetVersion };
}
