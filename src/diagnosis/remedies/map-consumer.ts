// Map the claim to a consumer.
import type { Facts } from '../facts/facts.ts';
import type { Change } from './change.ts';
import { fieldTexts, pluginOf, updateOf } from './names-from-facts.ts';
import { namingClaim, tokenClaim } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Map the claim to a consumer: create the one that the claim names, and set the claim where none is configured. */
export function mapConsumer(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect', 'mtls-auth', 'header-cert-auth', 'ldap-auth-advanced');
  const configured = fieldTexts(plugin, 'consumer_claim');
  const claim = configured.length === 1 ? (configured[0] ?? '') : (namingClaim(facts) ?? placeholder('CLAIM'));
  const value = tokenClaim(facts, claim) ?? placeholder('CLAIM_VALUE');
  const consumer: Change = {
    on: 'consumer',
    nameOrId: value === placeholder('CLAIM_VALUE') ? placeholder('CONSUMER_NAME') : value,
    how: 'create',
    fields: {
      username: value === placeholder('CLAIM_VALUE') ? placeholder('CONSUMER_NAME') : value,
      custom_id: value,
    },
  };
  const mapped = plugin.name !== 'openid-connect' || configured.length > 0;
  return completed(facts, {
    title: 'Map the claim to a consumer',
    risk: 'medium',
    note: `${mapped ? 'Creates the consumer that the token names; the plugin’s mapping stays.' : 'From then on a token whose claim names no consumer gets 403 (consumer_optional true lets it through without one).'} consumer_claim is one path from the outside inwards, no list of alternatives; since 3.14 consumer_claims takes several paths. A custom_id belongs to one consumer only.`,
    changes: mapped
      ? [consumer]
      : [consumer, updateOf(facts, plugin, { consumer_claim: [claim], consumer_by: ['custom_id'] })],
  });
}
