// Which gateway a command in Slack is about: `for NAME` at its end, and whether whoever asks may read it.
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { gatewayNamed, mayRead } from '../../kong/gateways.ts';
import type { PrivateAsker } from '../private-answer.ts';

export interface ForGateway {
  /** What was said without `for NAME`. */
  readonly rest: string;
  readonly name: string | undefined;
}

/** Takes `for NAME` off the end; a name of something in quotation marks may hold it. */
export function forGateway(said: string): ForGateway {
  const text = said.trim();
  const match = /^(?:([\s\S]*\S)\s+)?for\s+(\S+)$/i.exec(text);
  return match === null ? { rest: text, name: undefined } : { rest: match[1] ?? '', name: match[2] };
}

/**
 * The gateway of that name, or the first one that the asker may read.
 * @throws KongauthError `not-configured`, `usage` for an unknown name, `forbidden` for who may not read it
 */
export function readableGateway(
  gateways: readonly GatewaySettings[],
  name: string | undefined,
  asker: Pick<PrivateAsker, 'user' | 'channel'>,
): GatewaySettings {
  const readable = name === undefined ? gateways.find((gateway) => mayRead(gateway, asker)) : undefined;
  const gateway = readable ?? gatewayNamed(gateways, name);
  if (mayRead(gateway, asker)) return gateway;
  throw new KongauthError(
    'forbidden',
    `The gateway ${gateway.name} answers only certain people and channels; ask in one of those channels, or have yourself added to its \`read\` in KONGAUTH_CONFIG.`,
  );
}
