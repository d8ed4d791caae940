// The gateway is asked what a diagnosis speaks of: inputs for the analyst, and sentences about what was looked at.
import type { Subjects } from '../diagnosis/facts/subjects.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { withoutAddress } from '../kong/failure.ts';
import { readLive } from '../kong/live.ts';
import { liveSentences } from '../render/live.ts';
import type { AnalystInput } from '../work/pool.ts';
import type { Bot } from './context.ts';

export interface LookedLive {
  readonly inputs: readonly AnalystInput[];
  readonly sentences: readonly string[];
}

/**
 * Asks the gateway; who may is checked before.
 * @throws KongauthError `kong-...` in a sentence without the address of the Admin API
 */
export async function lookLive(gateway: GatewaySettings, subjects: Subjects, bot: Bot): Promise<LookedLive> {
  let client: AdminClient | undefined;
  try {
    client = new AdminClient(gateway);
    const { inputs, resolved, notes } = await readLive(client, subjects, { key: bot.settings.fingerprintKey });
    return {
      inputs: inputs.map(({ source, bytes, live }) => ({
        source,
        // The Admin API's answers are text; a stream would be a file of somebody.
        text: typeof bytes === 'string' ? bytes : '',
        live: live ?? {},
      })),
      sentences: liveSentences(gateway.name, resolved, notes),
    };
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    throw new KongauthError(error.code, `Gateway ${gateway.name}: ${withoutAddress(error.message)}`, { cause: error });
  } finally {
    await client?.close();
  }
}
