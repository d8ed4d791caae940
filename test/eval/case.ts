// Evaluation cases: YAML files of test/cases in the form of a paste, accepted causes and names that would mislead.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { CAUSE_NAMES, type CauseName } from '../../src/diagnosis/names.ts';

const Name = z.custom<CauseName>(
  (value) => (CAUSE_NAMES as readonly unknown[]).includes(value),
  'no cause of the vocabulary',
);
/** One case. */
export const Case = z.strictObject({
  id: z.string(),
  source: z.string(),
  kind: z.enum(['log', 'config', 'token', 'http', 'mixed']),
  input: z.string(),
  causes: z.array(Name).min(1).max(3),
  must_not: z.array(Name),
  why: z.string(),
  remedy: z.string(),
});
export type Case = z.infer<typeof Case>;

/** All cases below a folder, by id. Throws with the file's name when one has not the form. */
export function readCases(folder: string): readonly Case[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const result = Case.safeParse(parse(readFileSync(join(folder, name), 'utf8')));
      if (!result.success) throw new TypeError(`${name}: ${z.prettifyError(result.error)}`);
      return result.data;
    });
}
