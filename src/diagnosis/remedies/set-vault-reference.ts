// Provide the value on every node.
import type { RemedyDraft } from './remedy.ts';

/** Provide the value on every node. */
export function setVaultReference(): RemedyDraft {
  return {
    title: 'Provide the value on every node',
    risk: 'medium',
    note: 'For {vault://env/my-secret} the variable is MY_SECRET; it must be set in the environment in which Kong runs.',
    changes: [],
    text: {
      'kong-conf': '# in the environment of every node: MY_SECRET=...',
      'admin-api': "kong vault get 'env/my-secret'",
    },
  };
}
