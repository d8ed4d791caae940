// Introspection refuses or says inactive: the signals, remedies and page of oidc-introspection-failed.
import type { Facts } from '../../facts/facts.ts';
import { fixIntrospection } from '../../remedies/fix-introspection.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { defineCause, type Weighed } from '../cause.ts';

function inactive({ introspections }: Pick<Facts, 'introspections'>): readonly Weighed[] {
  return introspections
    .filter((answer) => !answer.active)
    .map((answer) => ({
      weight: 3.4,
      says: 'The introspection endpoint says that the token is not active.',
      sighting: answer.sighting,
    }));
}

/** The introspection endpoint refuses Kong or says that the token is inactive. */
export const oidcIntrospectionFailed = defineCause({
  name: 'oidc-introspection-failed',
  title: 'Introspection refuses or says inactive',
  looksAt: ['introspections'],
  signals: [inactive],
  yieldsTo: [],
  remedies: [fixIntrospection, raiseLogLevel],
  checks: ['Run the introspection call of the remedy.'],
  page: {
    what: 'The introspection endpoint refuses Kong or says that the token is inactive.',
    why: 'Kong’s own client may not introspect, the endpoint is another one, or the token is of another provider, expired or revoked.',
    confirm: ['Call the endpoint with the same client and token.'],
    fix: ['Give the client the right to introspect and set introspection_endpoint and its authentication.'],
  },
  example: `curl -s -u kong:x https://idp.example.com/introspect -d token=abc

{"active":false}`,
});
