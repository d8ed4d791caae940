// What a subcommand is given: streams, and whether they are terminals; tests hand in their own.

export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Colour may be used on the output. */
  readonly colour: boolean;
  /** Progress may be drawn on standard error. */
  readonly progress: boolean;
  /** Standard input is somebody's keyboard. */
  readonly isTyped?: boolean;
  readonly width: number;
  readonly now: () => number;
}
