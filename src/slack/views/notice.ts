// A message of a few sentences of ours: answers without a diagnosis.
import { type Block, context, section } from '../../render/slack-blocks.ts';
import { safeCut, safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';

/** Characters of a `text` without being split into several messages. */
const TEXT = 3800;

/**
 * Sentences below each other; spans in backticks become code, nothing else is read from them.
 * @param notes smaller, below
 */
export function notice(sentences: readonly string[], notes: readonly string[] = []): OutMessage {
  const said = safeLines(...sentences.map(safeSentence));
  const small = notes.slice(0, 10).map(safeSentence);
  return message(safeCut(safeLines(said, ...small), TEXT), [
    section(said),
    ...(small.length === 0 ? [] : [context(safeLines(...small))]),
  ]);
}

/** A message of blocks that every workspace knows. */
export function message(text: string, plain: readonly Block[]): OutMessage {
  return { text, plain };
}
