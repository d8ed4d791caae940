// What a button carries: the id of a diagnosis and what the message shows now. Never a text, a name or a secret.
import { FLAVOURS, type Flavour } from '../../diagnosis/names.ts';

/** How a reply is shown: who sees it, in which notation, and whether the next candidates are open. */
export interface Shown {
  readonly flavour: Flavour;
  readonly further: 'folded' | 'shown';
  /** `private`: only who asked; `shared`: private, and its channel has it too; `public`: the channel. */
  readonly audience: 'private' | 'shared' | 'public';
}

export interface Handle extends Shown {
  readonly id: string;
}

/** As a button's or option's value; below the 75 characters of an option. */
export function handleValue({ id, flavour, further, audience }: Handle): string {
  return `${flavour}:${id}:${further}:${audience}`;
}

/** Undefined for what is none of ours. */
export function readHandle(value: string | undefined): Handle | undefined {
  const match = /^([a-z-]{4,12}):([0-9a-f]{8,32}):(folded|shown):(private|shared|public)$/.exec(value ?? '');
  const flavour = FLAVOURS.find((known) => known === match?.[1]);
  if (match === null || flavour === undefined) return undefined;
  return {
    id: match[2] ?? '',
    flavour,
    further: match[3] === 'shown' ? 'shown' : 'folded',
    audience: match[4] === 'public' ? 'public' : match[4] === 'shared' ? 'shared' : 'private',
  };
}
