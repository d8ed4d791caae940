// Look for the key under the client’s header name.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Look for the key under the client’s header name. */
export function setKeyNames(facts: Facts): RemedyDraft {
  return {
    title: 'Look for the key under the client’s header name',
    risk: 'medium',
    note: 'key_names is replaced as a whole, so keep the names that work today. A client that sends the right name is the smaller change.',
    changes: [updateOf(facts, pluginOf(facts, 'key-auth'), { key_names: ['apikey', '<HEADER_OR_QUERY_NAME>'] })],
  };
}
