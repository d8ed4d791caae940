// Use the method that the client is registered for.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function method(facts: Facts): string {
  const supported = facts.discoveries.flatMap((discovery) =>
    textsOf(discovery.document.token_endpoint_auth_methods_supported),
  );
  const present = facts.config
    .pluginsNamed('openid-connect')
    .flatMap((plugin) => textsOf(plugin.field('client_auth').value));
  const known = supported.filter((name) =>
    ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'].includes(name),
  );
  return (
    known.find((name) => !present.includes(name)) ??
    (present.includes('client_secret_post') ? 'client_secret_basic' : 'client_secret_post')
  );
}

/** Use the method that the client is registered for. */
export function setClientAuth(facts: Facts): RemedyDraft {
  return {
    title: 'Use the method that the client is registered for',
    risk: 'medium',
    note: 'One of token_endpoint_auth_methods_supported. client_auth goes with client_id and client_secret by position.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { client_auth: [method(facts)] })],
    text: {
      'admin-api':
        "# the same call by hand, secret in the header and then in the form\ncurl -s -X POST '<TOKEN_ENDPOINT>' -u '<CLIENT_ID>:<CLIENT_SECRET>' -d 'grant_type=client_credentials'\ncurl -s -X POST '<TOKEN_ENDPOINT>' -d 'grant_type=client_credentials' -d 'client_id=<CLIENT_ID>' -d 'client_secret=<CLIENT_SECRET>'",
    },
  };
}
