// Attach the plugin to the route that matched.
import type { Facts } from '../facts/facts.ts';
import type { PluginChange } from './change.ts';
import { authPluginOf, failingRoute, updateOf } from './names-from-facts.ts';
import { issuerSeen } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Fields without which the plugin cannot be created. */
function required(facts: Facts, plugin: string): PluginChange['config'] {
  if (plugin === 'openid-connect') return { issuer: issuerSeen(facts) ?? placeholder('ISSUER_URL') };
  return plugin === 'oauth2' ? { enable_client_credentials: true } : {};
}

/** Attach the plugin to the route that matched, or switch it on where it is disabled. */
export function attachPlugin(facts: Facts): RemedyDraft {
  const plugin = authPluginOf(facts, 'key-auth', 'jwt', 'openid-connect', 'basic-auth', 'oauth2', 'hmac-auth');
  const disabled = facts.config.pluginsNamed(plugin.name).find((met) => !met.enabled);
  if (disabled !== undefined)
    return completed(facts, {
      title: 'Switch the plugin on',
      risk: 'medium',
      note: 'From then on calls without a credential are refused.',
      changes: [updateOf(facts, { name: disabled.name, met: disabled }, {}, { enabled: true })],
    });
  return completed(facts, {
    title: 'Attach the plugin to the route that matched',
    risk: 'medium',
    note: 'Calls of that route without a credential are refused from then on. An authentication plugin cannot be bound to a consumer, since none is known yet; protocols separates http from stream routes, not http from https.',
    changes: [
      {
        on: 'plugin',
        how: 'create',
        plugin: plugin.name,
        scope: { route: failingRoute(facts) },
        config: required(facts, plugin.name),
        enabled: true,
      },
    ],
  });
}
