// The gateways of the settings: which one is meant, and who may ask about it or change it.
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';

/** Who asks, and where. */
export interface Asker {
  /** Slack id of the person. */
  readonly user: string;
  /** Slack id of the channel; a direct message's is D…. */
  readonly channel: string;
}

/**
 * The gateway of that name, in any case of letters; without a name the first one.
 * @throws KongauthError `not-configured` without any, `usage` for a name that none has
 */
export function gatewayNamed(gateways: readonly GatewaySettings[], name: string | undefined): GatewaySettings {
  const [first] = gateways;
  if (first === undefined)
    throw new KongauthError(
      'not-configured',
      'KONG_ADMIN_URL is missing: set it to the address of the Admin API (several gateways: KONGAUTH_CONFIG).',
    );
  if (name === undefined) return first;
  const found = gateways.find((gateway) => gateway.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new KongauthError(
    'usage',
    `There is no gateway of that name; configured: ${gateways.map((gateway) => gateway.name).join(', ')}.`,
  );
}

/** Whether live answers about the gateway may go to this asker; by default everyone in the workspace. */
export function mayRead({ readers }: GatewaySettings, { user, channel }: Asker): boolean {
  return readers === undefined || readers.people.includes(user) || readers.channels.includes(channel);
}

/** Whether this asker may propose a change: a reader, and one of the named people where some are named. */
export function mayPropose(gateway: GatewaySettings, asker: Asker): boolean {
  const { proposers } = gateway;
  return mayRead(gateway, asker) && (proposers === undefined || proposers.includes(asker.user));
}

/** Whether this person may approve what the other one proposed; by default nobody. */
export function mayApprove({ approvers }: GatewaySettings, user: string, proposer: string): boolean {
  return approvers.includes(user) && user !== proposer;
}
