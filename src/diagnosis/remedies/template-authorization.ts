// Write Authorization from the verified token.
import type { Facts } from '../facts/facts.ts';
import type { Change } from './change.ts';
import { failingRoute, fieldTexts, pluginOf, speaksOnlyOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Plugins that leave no shared.authenticated_jwt_token. */
const WITHOUT_TOKEN = ['key-auth', 'basic-auth', 'hmac-auth', 'ldap-auth', 'oauth2', 'openid-connect', 'mtls-auth'];
const HEADER = 'Authorization:Bearer $(shared.authenticated_jwt_token)';

/** The header in the list in which the paste has Authorization, else added. */
function change(facts: Facts): Change {
  const plugin = pluginOf(facts, 'request-transformer', 'request-transformer-advanced');
  if (plugin.met === undefined)
    return {
      on: 'plugin',
      plugin: plugin.name,
      how: 'create',
      scope: { route: failingRoute(facts) },
      config: { add: { headers: [HEADER] } },
    };
  const list = ['replace', 'append'].find((name) =>
    fieldTexts(plugin, `${name}.headers`).some((header) => /^authorization:/i.test(header)),
  );
  const kept = fieldTexts(plugin, `${list ?? 'add'}.headers`).filter((header) => !/^authorization:/i.test(header));
  return updateOf(facts, plugin, { [list ?? 'add']: { headers: [...kept, HEADER] } });
}

/** Write Authorization from the verified token; undefined where another plugin than jwt authenticates: only jwt leaves it. */
export function templateAuthorization(facts: Facts): RemedyDraft | undefined {
  if (speaksOnlyOf(facts, WITHOUT_TOKEN, ['jwt'])) return undefined;
  return completed(facts, {
    title: 'Write Authorization from the verified token',
    risk: 'medium',
    note: '$(jwt_token) is no template variable and renders to nothing; the jwt plugin leaves the token in shared.authenticated_jwt_token. In double quotes the shell would run it as a command, so single quotes. `add` works only when the header is absent, `replace` only when it is present; templates need untrusted_lua other than off.',
    changes: [change(facts)],
  });
}
