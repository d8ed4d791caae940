// The provider refuses this user or client by policy: the signals, remedies and page of idp-denied.
import { askIdpAdministrator } from '../../remedies/ask-idp-administrator.ts';
import { defineCause } from '../cause.ts';

/** The identity provider itself refuses by policy. */
export const idpDenied = defineCause({
  name: 'idp-denied',
  title: 'The provider refuses this user or client by policy',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [askIdpAdministrator],
  checks: ['Paste the provider’s sign-in event.'],
  page: {
    what: 'The identity provider itself refuses by policy.',
    why: 'The user is not assigned, consent or a second factor is required, conditional access blocks, or the account is locked.',
    confirm: ['Read the provider’s sign-in log for this user.'],
    fix: ['Assign the user or grant consent at the provider; Kong has nothing to change.'],
  },
  example: `error=interaction_required error_description="AADSTS50105: The signed in user is not assigned to a role for the application"`,
});
