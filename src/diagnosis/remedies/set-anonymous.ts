// Turn AND into OR with an anonymous consumer.
import type { Facts } from '../facts/facts.ts';
import { authPlugins } from '../facts/questions.ts';
import type { Change } from './change.ts';
import { updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function plugins(facts: Facts): readonly Change[] {
  const found = authPlugins(facts);
  const names =
    found.length > 0 ? found.map((met) => ({ name: met.name, met })) : [{ name: 'key-auth' }, { name: 'jwt' }];
  return names.map((plugin) => updateOf(facts, plugin, { anonymous: 'anonymous' }));
}

/** Turn AND into OR with an anonymous consumer. */
export function setAnonymous(facts: Facts): RemedyDraft {
  return {
    title: 'Turn AND into OR with an anonymous consumer',
    risk: 'high',
    note: 'Both plugins need anonymous, and something must end the anonymous branch; without request-termination everybody gets in.',
    changes: [
      { on: 'consumer', nameOrId: 'anonymous', how: 'create', fields: { username: 'anonymous' } },
      ...plugins(facts),
      {
        on: 'plugin',
        plugin: 'request-termination',
        how: 'create',
        scope: { consumer: 'anonymous' },
        config: { status_code: 401, message: 'Unauthorized' },
      },
    ],
  };
}
