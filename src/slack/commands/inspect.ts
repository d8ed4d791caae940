// inspect service, route, consumer or plugin, from a command, a mention or a direct message.
import { KongauthError } from '../../errors.ts';
import { inspectEntity } from '../../kong/inspect.ts';
import { INSPECTED } from '../../kong/inspection.ts';
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { inspectionMessage } from '../views/inspection.ts';
import { forGateway } from './for-gateway.ts';
import { askGateway, sayingWhyNot } from './gateway-question.ts';

/**
 * Answers `inspect ...`.
 * @param said what stands behind the verb, with Slack's marks undone
 */
export async function inspect(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const { rest, name: gatewayName } = forGateway(said);
  const [, verb = '', text = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  const inspected = INSPECTED.find((known) => known === verb.toLowerCase());
  const name = unquoted(text);
  if (inspected === undefined || name === '')
    return sayingWhyNot(asker, bot, async () => {
      throw new KongauthError(
        'usage',
        'Say what to look at: `inspect route NAME`, or service, consumer or plugin; for route and service the address of a failing request will do. `for GATEWAY` at the end names one of several gateways.',
      );
    });
  await askGateway(asker, gatewayName, bot, async (client, gateway) => {
    const now = bot.now();
    const inspection = await inspectEntity(client, inspected, name, { key: bot.settings.fingerprintKey, now });
    return inspectionMessage({ inspection, gateway: gateway.name, at: now });
  });
}

/** Quotation marks and backticks around a name are how people set it apart. */
function unquoted(text: string): string {
  const trimmed = text.trim();
  const match = /^(["'`“”‘’])([\s\S]+)(["'`“”‘’])$/.exec(trimmed);
  return match === null ? trimmed : (match[2] ?? '').trim();
}
