// Check a claim that the tokens have.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, speaksOnlyOf, updateOf } from './names-from-facts.ts';
import { namingClaim } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Name a claim that the tokens have; the jwt plugin unless only openid-connect is spoken of. */
export function setClaimName(facts: Facts): RemedyDraft {
  const claim = namingClaim(facts) ?? placeholder('CLAIM');
  if (speaksOnlyOf(facts, ['openid-connect'], ['jwt']))
    return completed(facts, {
      title: 'Name a claim that the tokens have',
      risk: 'medium',
      note: 'Better still: let the provider put the missing claim into the access token. consumer_claim is one path from the outside inwards, no list of alternatives.',
      changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { consumer_claim: [claim] })],
    });
  const jwt = pluginOf(facts, 'jwt');
  const withoutExpiry = facts.tokens.some(({ token }) => token.claims !== undefined && token.claims.exp === undefined);
  const needsIssuer = facts.tokens.length === 0 || facts.tokens.some(({ token }) => token.claims?.iss === undefined);
  return completed(facts, {
    title: 'Name a claim that the tokens have',
    risk: 'medium',
    note: `Better still: let the issuer put the missing claim in. The key of the jwt credential must equal the value of key_claim_name.${withoutExpiry ? ' A token without exp never ends: let the issuer set exp rather than take exp out of claims_to_verify.' : ''}`,
    changes: needsIssuer || !withoutExpiry ? [updateOf(facts, jwt, { key_claim_name: claim })] : [],
    ...(withoutExpiry
      ? {
          text: {
            'admin-api': '# where the tokens are made: add exp, in seconds since 1970, such as five minutes from now',
          },
        }
      : {}),
  });
}
