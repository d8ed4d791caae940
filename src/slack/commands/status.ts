// status: one gateway in full, or several in a line each, and what is configured.
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { AdminClient } from '../../kong/client.ts';
import { mayRead } from '../../kong/gateways.ts';
import { inspectStatus } from '../../kong/status.ts';
import type { Bot } from '../context.ts';
import type { OutMessage } from '../post.ts';
import { answerPrivately, type PrivateAsker, tellAlone, withProgress } from '../private-answer.ts';
import { recentChanges } from '../views/change.ts';
import { databaseOf, headlineOf, inspectionMessage } from '../views/inspection.ts';
import { notice } from '../views/notice.ts';
import { configured } from '../views/status.ts';
import { forGateway } from './for-gateway.ts';
import { askGateway } from './gateway-question.ts';

/** Of the record of changes, the newest. */
const CHANGES = 5;
/** Gateways that one answer asks. */
const ASKED = 20;

/**
 * Answers `status` and `status for NAME`.
 * @param said what stands behind the verb
 */
export async function status(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const { settings } = bot;
  const { name } = forGateway(said);
  const readable = settings.gateways.filter((gateway) => mayRead(gateway, asker));
  const [only, ...others] = readable;
  if (name !== undefined || (only !== undefined && others.length === 0))
    return askGateway(asker, name ?? only?.name, bot, (client, gateway) => oneGateway(client, gateway, bot));
  const hidden = settings.gateways.length - readable.length;
  const notes =
    hidden === 0
      ? []
      : [`${hidden} more ${hidden === 1 ? 'gateway answers' : 'gateways answer'} only certain people and channels.`];
  if (only === undefined) return tellAlone(asker, notice(configured(settings), notes), bot);
  const asked = readable.slice(0, ASKED);
  const lines = await withProgress(asker, 'Still reading the gateways; the answer follows here.', bot, () =>
    Promise.all(asked.map((gateway) => lineOf(gateway, bot))),
  );
  const how = `Say \`status for ${only.name}\` for the whole of one; \`inspect\` and \`doctor\` take \`for NAME\` too, and ask ${only.name} without it.`;
  await answerPrivately(asker, notice([...lines, how, ...configured(settings)], notes), bot);
}

async function oneGateway(client: AdminClient, gateway: GatewaySettings, bot: Bot): Promise<OutMessage> {
  const now = bot.now();
  const inspection = await inspectStatus(client, { key: bot.settings.fingerprintKey, now });
  const message = inspectionMessage({ inspection, gateway: gateway.name, at: now });
  const changes = recentChanges(await bot.trail.list(gateway.name, CHANGES));
  const settings = notice([], [...changes, ...configured(bot.settings)]);
  return {
    ...message,
    text: `${message.text}\n${settings.text}`,
    plain: [...message.plain, ...settings.plain.slice(1)],
  };
}

/** What a gateway says of itself in one line, or why it says nothing. */
async function lineOf(gateway: GatewaySettings, bot: Bot): Promise<string> {
  const client = new AdminClient(gateway);
  try {
    const { node, dataPlanes, upstreams } = await inspectStatus(client, {
      key: bot.settings.fingerprintKey,
      now: bot.now(),
    });
    const database = databaseOf(node);
    const sick = upstreams.flatMap(({ targets }) => targets).filter(({ health }) => /UNHEALTHY|DNS_ERROR/.test(health));
    return `• \`${gateway.name}\`: ${[
      headlineOf(node),
      ...(database === undefined ? [] : [`database ${database}`]),
      ...(dataPlanes === undefined ? [] : [`${dataPlanes.length} data planes`]),
      ...(sick.length === 0 ? [] : [`${sick.length} targets not healthy`]),
    ].join(', ')}.`;
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return `• \`${gateway.name}\`: ${error.message}`;
  } finally {
    await client.close();
  }
}
