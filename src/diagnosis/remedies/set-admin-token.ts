// Call the Admin API with token and workspace.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Call the Admin API with token and workspace. */
export function setAdminToken(facts: Facts): RemedyDraft {
  const draft = completed(facts, {
    title: 'Call the Admin API with token and workspace',
    risk: 'low',
    note: 'Kong-Admin-Token, not Authorization (rbac_auth_header may rename it); a token counts in its user’s workspace. Open source has neither. Konnect takes the token as Bearer at its own host instead.',
    changes: [],
  });
  const base = draft.adminUrl ?? 'http://localhost:8001';
  return {
    ...draft,
    text: {
      'admin-api': `curl -s -i '${base}/${placeholder('WORKSPACE')}/services' \\\n  -H 'Kong-Admin-Token: ${placeholder('ADMIN_TOKEN')}'`,
      deck: `# deck gateway ping --kong-addr ${base} --workspace ${placeholder('WORKSPACE')} --headers "Kong-Admin-Token:$KONG_ADMIN_TOKEN"`,
      kubernetes: '# on the controller: CONTROLLER_KONG_ADMIN_TOKEN from a Secret and CONTROLLER_KONG_WORKSPACE',
      'kong-conf': '# enforce_rbac and rbac_auth_header decide: KONG_ENFORCE_RBAC, KONG_RBAC_AUTH_HEADER of the node',
    },
  };
}
