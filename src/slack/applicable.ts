// Whether a diagnosis has a fix that can be applied from here: seen live, on a gateway that lets people write.
import type { Change } from '../diagnosis/remedies/change.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import type { Settings } from '../settings.ts';
import type { Remembered } from './context.ts';

export interface Applicable {
  readonly gateway: GatewaySettings;
  readonly title: string;
  readonly change: Change;
}

/** Kinds of change that `propose` makes; what else speaks against one, it says itself. */
const MADE: ReadonlySet<Change['on']> = new Set(['plugin', 'service', 'route', 'upstream']);

/** The first fix of the likeliest cause; undefined where none can be applied, whoever asks. */
export function applicableOf(
  { diagnosis, gateway: name }: Remembered,
  { gateways, allowWrite }: Settings,
): Applicable | undefined {
  const gateway = gateways.find((one) => one.name === name);
  if (!allowWrite || gateway === undefined || gateway.approvers.length === 0) return undefined;
  const [remedy] = diagnosis.findings[0]?.remedies ?? [];
  const change = remedy?.changes.find(({ on }) => MADE.has(on));
  return remedy === undefined || change === undefined ? undefined : { gateway, title: remedy.title, change };
}
