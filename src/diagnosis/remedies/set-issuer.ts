// Configure exactly the issuer of the tokens.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function issuer(facts: Facts): string {
  const iss = facts.tokens
    .map(({ token }) => token.claims?.iss)
    .find((value) => typeof value === 'string' && value !== '');
  return typeof iss === 'string' ? iss : '<ISSUER_URL>';
}

/** Configure exactly the issuer of the tokens. */
export function setIssuer(facts: Facts): RemedyDraft {
  return {
    title: 'Configure exactly the issuer of the tokens',
    risk: 'medium',
    note: 'Changing issuer makes Kong discover again. Where tokens of an internal and a public name must both pass, list them in issuers_allowed.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { issuer: issuer(facts) })],
  };
}
