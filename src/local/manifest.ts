// The app's own words for what Slack offers: its commands and shortcuts, from manifest.yml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fieldsOf, objectsOf } from './fields.ts';

export interface Offered {
  readonly commands: readonly { readonly command: string; readonly description: string; readonly hint: string }[];
  readonly shortcuts: readonly {
    readonly name: string;
    readonly type: 'message' | 'global';
    readonly callbackId: string;
  }[];
}

/** Reads the manifest at the repository's top. */
export function readOffered(): Offered {
  const text = readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8');
  const features = fieldsOf(fieldsOf(parse(text)).features);
  return {
    commands: objectsOf(features.slash_commands).map(({ command, description, usage_hint }) => ({
      command: String(command),
      description: String(description),
      hint: String(usage_hint ?? ''),
    })),
    shortcuts: objectsOf(features.shortcuts).map(({ name, type, callback_id }) => ({
      name: String(name),
      type: type === 'message' ? 'message' : 'global',
      callbackId: String(callback_id),
    })),
  };
}
