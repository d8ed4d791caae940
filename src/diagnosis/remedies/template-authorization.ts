// Write Authorization from the verified token.
import type { Facts } from '../facts/facts.ts';
import { failingRoute } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Write Authorization from the verified token. */
export function templateAuthorization(facts: Facts): RemedyDraft {
  return {
    title: 'Write Authorization from the verified token',
    risk: 'medium',
    note: 'jwt_token is no template variable; the jwt plugin leaves the token in shared.authenticated_jwt_token. Single quotes, or the shell runs it as a command. `add` works only when the header is absent; needs untrusted_lua not off.',
    changes: [
      {
        on: 'plugin',
        plugin: 'request-transformer',
        how: 'create',
        scope: { route: failingRoute(facts) },
        config: { add: { headers: ['Authorization:Bearer $(shared.authenticated_jwt_token)'] } },
      },
    ],
  };
}
