// Use one session secret on all nodes.
import type { Facts } from '../facts/facts.ts';
import type { PluginChange } from './change.ts';
import { fieldTexts, type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

const REFERENCE = '{vault://env/kong-session-secret}';

/** The cookie's SameSite is set only where the paste shows Strict, under its name of the version seen. */
function config(facts: Facts, plugin: PluginNamed): PluginChange['config'] {
  const prefix = plugin.name === 'session' ? '' : 'session_';
  const current = `${prefix}cookie_same_site`;
  const strict = fieldTexts(plugin, current).includes('Strict') && plugin.met?.field(current).from === 'given';
  const name = facts.atLeast('3.2') === false ? `${prefix}cookie_samesite` : current;
  return {
    [`${prefix}secret`]: REFERENCE,
    ...(strict ? { [name]: 'Lax' } : {}),
  };
}

/** Use one session secret on all nodes. */
export function setSessionSecret(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'openid-connect', 'session', 'saml');
  return completed(facts, {
    title: 'Use one session secret on all nodes',
    risk: 'medium',
    note: 'Sessions made with another secret end. The vault reference keeps it out of the config: the same 32 random characters on every node. SameSite Strict would drop the cookie on the return from the provider; None needs Secure.',
    changes: [updateOf(facts, plugin, config(facts, plugin))],
    text: {
      kubernetes:
        '# values of the Helm chart: the variable from a Secret\ncustomEnv:\n  kong_session_secret:\n    valueFrom:\n      secretKeyRef:\n        name: kong-session\n        key: secret',
      'kong-conf': `# in the environment of every Kong node: KONG_SESSION_SECRET='${placeholder('SECRET')}'`,
    },
  });
}
