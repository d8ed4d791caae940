// One incident: what somebody pastes about it, and what it does to the sample gateway.
import type { SampleGateway } from '../gateway.ts';

export interface Pasted {
  /** What the person says, without the mention. */
  readonly prose: string;
  /** Pasted as a code block. */
  readonly code?: string;
  /** Attached, where a message would be too long. */
  readonly file?: { readonly name: string; readonly content: string };
}

export interface Incident {
  readonly name: string;
  /** Of the menu. */
  readonly title: string;
  /**
   * What is pasted.
   * @param now ms since 1970; the log ends then
   */
  readonly paste: (now: number, gateway: Pick<SampleGateway, 'issuer'>) => Pasted;
  /** Breaks the gateway in the way that the paste tells. */
  readonly happen: (gateway: SampleGateway) => void;
}
