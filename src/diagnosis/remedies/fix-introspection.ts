// Let Kong introspect with a client that may.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import type { PluginChange } from './change.ts';
import { shellWord, urlWord } from './flavours/shell.ts';
import { fieldTexts, type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { clientId, introspectionEndpoint } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

function config(facts: Facts, plugin: PluginNamed): PluginChange['config'] {
  const endpoint = introspectionEndpoint(facts);
  if (plugin.name === 'oauth2-introspection')
    return {
      introspection_url: endpoint,
      authorization_value: `Basic ${placeholder('BASE64_OF_USER_AND_PASSWORD')}`,
    };
  const methods = fieldTexts(plugin, 'auth_methods');
  const supported = facts.discoveries.flatMap((discovery) =>
    textsOf(discovery.document.introspection_endpoint_auth_methods_supported),
  );
  const method = supported.find((name) => name === 'client_secret_basic' || name === 'client_secret_post');
  return {
    introspection_endpoint: endpoint,
    // The default has all methods; only a list that was given can lack this one.
    ...(methods.length === 0 || methods.includes('introspection')
      ? {}
      : { auth_methods: [...methods, 'introspection'] }),
    ...(method === undefined ? {} : { introspection_endpoint_auth_method: method }),
  };
}

/** Let Kong introspect with a client that may. */
export function fixIntrospection(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect', 'oauth2-introspection');
  return completed(facts, {
    title: 'Let Kong introspect with a client that may',
    risk: 'medium',
    note: 'A 401 here is about Kong’s client, active false about the token. The client needs the right to introspect (PingFederate: grant type Access Token Validation); a JWT is introspected only with introspect_jwt_tokens true.',
    changes: [updateOf(facts, plugin, config(facts, plugin))],
    text: {
      'admin-api': [
        `curl -s -i -X POST ${urlWord(introspectionEndpoint(facts))}`,
        `-u ${shellWord(`${clientId(facts)}:${placeholder('CLIENT_SECRET')}`)}`,
        `--data-urlencode ${shellWord(`token=${placeholder('ACCESS_TOKEN')}`)}`,
      ].join(' \\\n  '),
    },
  });
}
