// Assign the user or grant consent at the provider.
import type { RemedyDraft } from './remedy.ts';

/** Assign the user or grant consent at the provider. */
export function askIdpAdministrator(): RemedyDraft {
  return {
    title: 'Assign the user or grant consent at the provider',
    risk: 'low',
    note: 'Nothing to change in Kong: the provider’s sign-in log names the policy.',
    changes: [],
    text: { 'admin-api': '# at the identity provider: look up the sign-in event of this user and application' },
  };
}
