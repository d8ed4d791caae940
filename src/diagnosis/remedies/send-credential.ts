// Send the credential where the plugin looks for it.
import type { Facts } from '../facts/facts.ts';
import { authPluginOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';
import { kongCall } from './replay/proxy-call.ts';

/** Send the credential where the plugin looks for it. */
export function sendCredential(facts: Facts): RemedyDraft {
  const plugin = authPluginOf(facts, 'key-auth', 'jwt', 'openid-connect', 'basic-auth', 'ldap-auth', 'oauth2');
  const hint =
    plugin.name === 'ldap-auth'
      ? 'ldap-auth wants the scheme of header_type (ldap unless set); curl -u and browsers send Basic.'
      : 'Names count: client_id in key_names also finds the header client-id, not the other way round.';
  return completed(facts, {
    title: 'Send the credential where the plugin looks',
    risk: 'low',
    note: `On the client, for ${plugin.name}; it changes nothing in Kong. If it passes here and fails elsewhere, a proxy or CDN in between drops the header. ${hint}`,
    changes: [],
    text: { 'admin-api': kongCall(facts) },
  });
}
