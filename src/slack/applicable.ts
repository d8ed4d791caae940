// Whether a diagnosis has a fix that can be applied from here: whole, filled in, on a gateway that lets people write.
import type { Remedy } from '../diagnosis/diagnosis.ts';
import type { Change } from '../diagnosis/remedies/change.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { whyUnfit } from '../kong/apply/propose.ts';
import type { Settings } from '../settings.ts';
import type { Remembered } from './context.ts';

export interface Applicable {
  readonly gateway: GatewaySettings;
  readonly title: string;
  readonly change: Change;
  /** What remains where the gateway is not to be changed from here. */
  readonly snippets: Remedy['snippets'];
}

/** The first fix of the likeliest cause; undefined where it cannot be applied, whoever asks. */
export function applicableOf(
  { diagnosis, gateway: name }: Remembered,
  { gateways, allowWrite }: Settings,
): Applicable | undefined {
  if (!allowWrite) return undefined;
  const [remedy] = diagnosis.findings[0]?.remedies ?? [];
  const [change, ...others] = remedy?.changes ?? [];
  // Half of a fix may be worse than none: anonymous without what ends its branch lets everybody in.
  if (remedy === undefined || change === undefined || others.length > 0) return undefined;
  if (!isMade(change) || whyUnfit(change) !== undefined) return undefined;
  const gateway = name === undefined ? onlyOne(gateways, change) : gateways.find((one) => one.name === name);
  if (gateway === undefined || gateway.approvers.length === 0) return undefined;
  return { gateway, title: remedy.title, change, snippets: remedy.snippets };
}

/** Kinds of change that `propose` makes; what else speaks against one, it says itself. */
function isMade(change: Change): boolean {
  switch (change.on) {
    case 'plugin':
      return true;
    case 'service':
    case 'route':
    case 'upstream':
    case 'target':
      return change.how === 'update';
    default:
      return false;
  }
}

/** A paste that names a plugin by its id needs no look at the gateway, as long as there is but one it can be of. */
function onlyOne(gateways: readonly GatewaySettings[], change: Change): GatewaySettings | undefined {
  return change.on === 'plugin' && change.id !== undefined && gateways.length === 1 ? gateways[0] : undefined;
}
