// The checks that call identity providers, in the order of the report.
import type { Check } from '../check.ts';
import { clientAuth } from './client-auth.ts';
import { clock } from './clock.ts';
import { discovery } from './discovery.ts';
import { endpoints } from './endpoints.ts';
import { grantsAndScopes } from './grants-and-scopes.ts';
import { providerTls } from './provider-tls.ts';
import { signingKeys } from './signing-keys.ts';

export const PROVIDER_CHECKS: readonly Check[] = [
  discovery,
  signingKeys,
  clientAuth,
  grantsAndScopes,
  endpoints,
  providerTls,
  clock,
];
