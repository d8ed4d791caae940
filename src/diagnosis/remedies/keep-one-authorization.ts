// Let one plugin set Authorization.
import type { Facts } from '../facts/facts.ts';
import type { FieldValue, PluginChange } from './change.ts';
import { fieldTexts, type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Lists of a transformer that write headers. */
const WRITING = ['add', 'append', 'replace', 'rename'] as const;

/** Every writing list that has Authorization, without it; `add` and `append` emptied where the paste shows none. */
function config(plugin: PluginNamed): PluginChange['config'] {
  if (plugin.name === 'openid-connect') return { upstream_access_token_header: null };
  if (plugin.name === 'upstream-oauth')
    return { behavior: { upstream_access_token_header_name: 'X-Upstream-Authorization' } };
  const lists = listsWithout(plugin);
  return Object.keys(lists).length > 0 ? lists : { add: { headers: [] }, append: { headers: [] } };
}

/** The writing lists that have Authorization, as they are without it. */
function listsWithout(plugin: PluginNamed): Record<string, FieldValue> {
  const lists: Record<string, FieldValue> = {};
  for (const list of WRITING) {
    const headers = fieldTexts(plugin, `${list}.headers`);
    const kept = headers.filter((header) => !/(?:^|:)authorization(?::|$)/i.test(header));
    if (kept.length < headers.length) lists[list] = { headers: kept };
  }
  return lists;
}

/** Let one plugin set Authorization. */
export function keepOneAuthorization(facts: Facts): RemedyDraft {
  // Of several transformers the one that writes the header, which need not be the first.
  const [writing] = facts.config
    .pluginsNamed('request-transformer', 'request-transformer-advanced')
    .map((met): PluginNamed => ({ name: met.name, met }))
    .filter((transformer) => Object.keys(listsWithout(transformer)).length > 0);
  const plugin =
    writing ??
    pluginOf(facts, 'request-transformer', 'request-transformer-advanced', 'upstream-oauth', 'openid-connect');
  return completed(facts, {
    title: 'Let one plugin set Authorization',
    risk: 'medium',
    note: 'Takes Authorization out of what this plugin writes; lists are replaced as a whole. In a transformer `replace` works only when the header is present, `add` only when it is absent, `append` always makes a second one.',
    changes: [updateOf(facts, plugin, config(plugin))],
  });
}
