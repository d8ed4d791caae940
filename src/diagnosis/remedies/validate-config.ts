// Validate before applying.
import type { Facts } from '../facts/facts.ts';
import { shellWord } from './flavours/shell.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Validate before applying. */
export function validateConfig(facts: Facts): RemedyDraft {
  const plugin = facts.config.plugins[0]?.name ?? placeholder('PLUGIN');
  const manifest = facts.config.entities.find((entity) => entity.kubernetes?.kind.startsWith('Kong') === true);
  const kind = manifest?.kubernetes?.kind.toLowerCase() ?? 'kongplugin';
  const body = shellWord(JSON.stringify({ name: plugin, config: {} }));
  const draft = completed(facts, {
    title: 'Validate before applying',
    risk: 'low',
    note: 'Names the field that is refused and stores nothing; put the refused config in.',
    changes: [],
  });
  return {
    ...draft,
    text: {
      'admin-api': `curl -s -X POST ${shellWord(`${draft.adminUrl ?? 'http://localhost:8001'}/schemas/plugins/validate`)} \\\n  -H 'Content-Type: application/json' \\\n  -d ${body}`,
      deck: '# deck file validate kong.yaml; deck gateway validate kong.yaml asks the gateway too',
      kubernetes: `# kubectl get ${kind} -A; kubectl get events -A --field-selector reason=KongConfigurationTranslationFailed\n# and reason=KongConfigurationApplyFailed for what the gateway itself refused`,
      'kong-conf': '# kong config parse kong.yml; kong check kong.conf',
    },
  };
}
