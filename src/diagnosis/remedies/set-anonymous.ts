// Turn AND into OR with an anonymous consumer.
import type { Facts } from '../facts/facts.ts';
import { authPlugins } from '../facts/questions.ts';
import type { Change } from './change.ts';
import { type PluginNamed, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

function plugins(facts: Facts): readonly PluginNamed[] {
  const found = authPlugins(facts).filter((met) => met.name !== 'session');
  return found.length > 0
    ? found.slice(0, 4).map((met) => ({ name: met.name, met }))
    : [{ name: 'key-auth' }, { name: 'jwt' }];
}

/** Turn AND into OR with an anonymous consumer. */
export function setAnonymous(facts: Facts): RemedyDraft {
  const [present] = authPlugins(facts)
    .map((met) => met.field('anonymous'))
    .filter((field) => field.from === 'given' && typeof field.value === 'string' && field.value !== '');
  const name = typeof present?.value === 'string' ? present.value : 'anonymous';
  // Usernames are taken since 3.1, before only ids.
  const anonymous = facts.atLeast('3.1') === false ? placeholder('ANONYMOUS_CONSUMER_ID') : name;
  const exists = facts.config.ofType('consumer').some((entity) => entity.name === name || entity.id === name);
  const create: Change = { on: 'consumer', nameOrId: name, how: 'create', fields: { username: name } };
  return completed(facts, {
    title: 'Turn AND into OR with an anonymous consumer',
    risk: 'high',
    note: 'Every authentication plugin of the route needs anonymous, and something must end the anonymous branch: without request-termination on that consumer everybody gets in.',
    changes: [
      ...(exists ? [] : [create]),
      {
        on: 'plugin',
        plugin: 'request-termination',
        how: 'create',
        scope: { consumer: name },
        config: { status_code: 401, message: 'Unauthorized' },
      },
      ...plugins(facts).map((plugin) => updateOf(facts, plugin, { anonymous })),
    ],
  });
}
