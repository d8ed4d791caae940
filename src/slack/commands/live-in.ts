// `--live` before a paste, with `for NAME` before or after it; without a gateway of that name the words are material.
import { forGateway } from './for-gateway.ts';

export interface LiveIn {
  /** The paste. */
  readonly text: string;
  /** The gateway is to be asked: the one of this name, or the first that may be read. */
  readonly live?: { readonly gateway: string | undefined };
}

/**
 * Reads what was said after `diagnose`.
 * @param gateways names of the configured gateways
 */
export function liveIn(said: string, gateways: readonly string[]): LiveIn {
  // Typed on a phone, two hyphens become a dash.
  const match = /^\s*(?:--|[—–])live(?=\s|$)\s*/.exec(said);
  if (match === null) return { text: said };
  const rest = said.slice(match[0].length);
  const known = (name: string | undefined): string | undefined =>
    gateways.find((gateway) => gateway.toLowerCase() === name?.toLowerCase());
  const before = /^for\s+(\S+)(?=\s|$)\s*/i.exec(rest);
  const first = known(before?.[1]);
  if (before !== null && first !== undefined) return { text: rest.slice(before[0].length), live: { gateway: first } };
  const after = forGateway(rest);
  const last = known(after.name);
  return last === undefined
    ? { text: rest, live: { gateway: undefined } }
    : { text: after.rest, live: { gateway: last } };
}
