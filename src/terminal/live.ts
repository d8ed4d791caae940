// diagnose --live: the gateway of the settings is asked what the paste speaks of; when it cannot be, standard error says why.
import type { DiagnosisInput } from '../diagnosis/diagnose.ts';
import type { Subjects } from '../diagnosis/facts/subjects.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { gatewayNamed } from '../kong/gateways.ts';
import { readLive } from '../kong/live.ts';
import { liveSentences } from '../render/live.ts';
import { readTerminalSettings } from '../settings.ts';
import type { Terminal } from './arguments.ts';
import { progressOf } from './progress.ts';

/** The gateway of that name. Throws KongauthError `not-configured`, `settings-invalid` or `usage`. */
export function gatewayToAsk(name: string | undefined): GatewaySettings {
  return gatewayNamed(readTerminalSettings(process.env).gateways, name);
}

/** What the gateway says, and sentences about it; undefined when it says nothing, which does not end the diagnosis. */
export async function lookLive(
  gateway: GatewaySettings,
  subjects: Subjects,
  key: Uint8Array,
  terminal: Terminal,
): Promise<{ readonly inputs: readonly DiagnosisInput[]; readonly sentences: readonly string[] } | undefined> {
  const progress = progressOf(terminal, undefined, 'asking the gateway');
  let client: AdminClient | undefined;
  try {
    client = new AdminClient(gateway, { watch: progress.count });
    const { inputs, resolved, notes } = await readLive(client, subjects, { key });
    return { inputs, sentences: liveSentences(gateway.name, resolved, notes) };
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    progress.end();
    terminal.err(`kongauth: judged by the paste alone, the gateway was not looked at. ${error.message}\n`);
    return undefined;
  } finally {
    progress.end();
    await client?.close();
  }
}
