// What people write: statements, with the tokens, bodies, errors and settings inside them.
import { type Line, placeOf } from '../intake/part.ts';
import type { DocumentReader, Reading } from './reader.ts';
import { readWithin } from './within.ts';

/**
 * Reads prose, tokens alone, and whatever no other reader took. It always takes the part. A line that came out of a
 * container or a log shipper is a program's: it becomes a log entry, so that it never counts as what a person says.
 */
export const proseReader: DocumentReader = {
  kind: 'prose',
  read(part, reading) {
    for (const line of part.lines) readLine(line, reading);
    return part.shape === 'prose' || part.shape === 'token' ? part.lines.length : 0;
  },
};

function readLine(line: Line, reading: Reading): void {
  const { text } = line;
  if (text.trim() === '') return;
  const sighting = { place: placeOf(line), excerpt: text.slice(0, 600) };
  if (line.carrier === undefined) reading.emit({ kind: 'statement', sighting, text: text.slice(0, 20_000) });
  else reading.emit({ kind: 'log-entry', sighting, product: 'other', level: '', text: text.slice(0, 8192) });
  readWithin(text, sighting, reading, line.carrier === undefined ? 'loose' : 'log');
}
