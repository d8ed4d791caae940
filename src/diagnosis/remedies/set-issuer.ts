// Configure exactly the issuer of the tokens.
import type { Facts } from '../facts/facts.ts';
import { issuerDifference } from '../facts/questions.ts';
import type { PluginChange } from './change.ts';
import { fieldTexts, pluginOf, speaksOnlyOf, updateOf } from './names-from-facts.ts';
import { tokenClaim } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Accepts the second spelling of one provider, else configures the tokens' issuer. */
function config(facts: Facts, configured: string | undefined): PluginChange['config'] {
  const iss = tokenClaim(facts, 'iss');
  const announced = facts.discoveries.map((found) => found.document.issuer).find((value) => typeof value === 'string');
  const own = typeof announced === 'string' ? announced : configured?.replace(/\/\.well-known\/.*$/, '');
  if (iss !== undefined && own !== undefined && issuerDifference(own, iss) !== undefined)
    return { issuers_allowed: [own, iss] };
  return { issuer: iss !== undefined && iss !== configured && URL.canParse(iss) ? iss : placeholder('ISSUER_URL') };
}

/** Configure exactly the issuer of the tokens; undefined where only the jwt plugin is spoken of. */
export function setIssuer(facts: Facts): RemedyDraft | undefined {
  if (speaksOnlyOf(facts, ['jwt'], ['openid-connect'])) return undefined;
  const plugin = pluginOf(facts, 'openid-connect');
  const [configured] = fieldTexts(plugin, 'issuer');
  return completed(facts, {
    title: 'Configure exactly the issuer of the tokens',
    risk: 'medium',
    note: 'iss is compared with the issuer inside the discovery document, not with config.issuer; where tokens of an internal and a public name (or of v1 and v2) must both pass, issuers_allowed lists them. Changing issuer makes Kong discover again. Do not switch verify_claims off: expired tokens would pass too.',
    changes: [updateOf(facts, plugin, config(facts, configured))],
  });
}
