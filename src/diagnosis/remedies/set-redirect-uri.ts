// Send the registered redirect URI.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Send the registered redirect URI. */
export function setRedirectUri(facts: Facts): RemedyDraft {
  return {
    title: 'Send the registered redirect URI',
    risk: 'medium',
    note: 'Register exactly this URI at the provider; scheme, host, port and path count.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { redirect_uri: ['https://<PUBLIC_HOST>/<PATH>'] })],
  };
}
