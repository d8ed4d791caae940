// Call the Admin API with token and workspace.
import type { RemedyDraft } from './remedy.ts';

/** Call the Admin API with token and workspace. */
export function setAdminToken(): RemedyDraft {
  return {
    title: 'Call the Admin API with token and workspace',
    risk: 'low',
    note: 'Konnect takes the token as Bearer at its own host instead.',
    changes: [],
    text: { 'admin-api': "curl -s 'http://localhost:8001/<WORKSPACE>/services' -H 'Kong-Admin-Token: <TOKEN>'" },
  };
}
