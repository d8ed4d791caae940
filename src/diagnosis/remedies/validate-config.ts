// Validate before applying.
import type { RemedyDraft } from './remedy.ts';

/** Validate before applying. */
export function validateConfig(): RemedyDraft {
  return {
    title: 'Validate before applying',
    risk: 'low',
    note: 'Names the field that is refused; changes nothing.',
    changes: [],
    text: {
      'admin-api':
        'curl -s -X POST \'http://localhost:8001/schemas/plugins/validate\' \\\n  -H \'Content-Type: application/json\' \\\n  -d \'{"name":"<PLUGIN>","config":{}}\'',
      deck: '# deck file validate kong.yaml',
      kubernetes:
        '# kubectl describe kongplugin <NAME>; kubectl get events --field-selector reason=KongConfigurationTranslationFailed',
      'kong-conf': '# kong config parse kong.yml',
    },
  };
}
