// Ask for the audience, keep the check.
import type { Facts } from '../facts/facts.ts';
import { fieldTexts, pluginOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

/** Ask for the audience, keep the check. */
export function setAudience(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect');
  const required = fieldTexts(plugin, 'audience_required');
  const [audience = placeholder('API_AUDIENCE')] = required;
  const demanded = required.length === 0 ? '' : ` Kong demands ${required.slice(0, 4).join(' or ')}.`;
  return completed(facts, {
    title: 'Ask for the audience, keep the check',
    risk: 'medium',
    note: `audience_required is what Kong demands, audience what it asks for at the login.${demanded} For client_credentials the client asks itself (audience, resource or scope, as the provider wants it). Do not drop the check to make it pass.`,
    changes: [updateOf(facts, plugin, { audience: [audience] })],
    text: { 'admin-api': tokenEndpointReplay(facts, { audience }) },
  });
}
