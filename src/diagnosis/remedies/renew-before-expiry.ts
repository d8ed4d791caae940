// Renew the token before it expires.
import type { Facts } from '../facts/facts.ts';
import { tokenLifetime } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

/** Renew the token before it expires. */
export function renewBeforeExpiry(facts: Facts): RemedyDraft {
  const lifetime = tokenLifetime(facts);
  const at =
    lifetime === undefined
      ? 'at about 80 per cent of expires_in'
      : `at about ${Math.floor(lifetime * 0.8)} s of the token’s ${lifetime} s`;
  return completed(facts, {
    title: 'Renew the token before it expires',
    risk: 'low',
    note: `On the client: renew ${at}, and once more after a 401. Kong’s jwt plugin has no leeway; openid-connect has (leeway). Switching the check off would let every old token in.`,
    changes: [],
    text: { 'admin-api': tokenEndpointReplay(facts) },
  });
}
