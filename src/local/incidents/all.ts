// The incidents of the menu, in its order; the first stands in #incidents at the start.
import { cachedToken } from './cached-token.ts';
import { clientAuthMethod } from './client-auth-method.ts';
import { hiddenCredentials } from './hidden-credentials.ts';
import type { Incident } from './incident.ts';
import { staleDataPlane } from './stale-data-plane.ts';
import { wrongSecret } from './wrong-secret.ts';

export const INCIDENTS: readonly Incident[] = [
  hiddenCredentials,
  wrongSecret,
  cachedToken,
  clientAuthMethod,
  staleDataPlane,
];
