// Use the method that the client is registered for.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import { fieldTexts, pluginOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointCall } from './replay/token-endpoint-call.ts';

const KNOWN = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];

function method(facts: Facts, present: readonly string[]): string {
  const supported = facts.discoveries
    .flatMap((discovery) => textsOf(discovery.document.token_endpoint_auth_methods_supported))
    .filter((name) => KNOWN.includes(name));
  return (
    supported.find((name) => !present.includes(name)) ??
    (present.includes('client_secret_post') ? 'client_secret_basic' : 'client_secret_post')
  );
}

/** Use the method that the client is registered for. */
export function setClientAuth(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect');
  const chosen = method(facts, fieldTexts(plugin, 'client_auth'));
  return completed(facts, {
    title: 'Use the method that the client is registered for',
    risk: 'medium',
    note: 'One of token_endpoint_auth_methods_supported. client_auth goes with client_id and client_secret by position: two entries are for two clients, not two tries. Unset it is what discovery announces, else client_secret_basic. For introspection alone: introspection_endpoint_auth_method.',
    changes: [updateOf(facts, plugin, { client_auth: [chosen] })],
    text: {
      'admin-api': [
        '# by hand, the secret in the header:',
        tokenEndpointCall(facts, 'client_secret_basic'),
        '# and in the form:',
        tokenEndpointCall(facts, 'client_secret_post'),
      ].join('\n'),
    },
  });
}
