// The one list of checks, in the order of the report.
import type { Check } from './check.ts';
import { authHeader } from './checks/auth-header.ts';
import { certificates } from './checks/certificates.ts';
import { credentials } from './checks/credentials.ts';
import { dataPlanes } from './checks/data-planes.ts';
import { issuers } from './checks/issuers.ts';
import { keyIds } from './checks/key-ids.ts';
import { knownIssues } from './checks/known-issues.ts';
import { pluginCombinations } from './checks/plugin-combinations.ts';
import { PROVIDER_CHECKS } from './checks/providers.ts';
import { redirectUris } from './checks/redirect-uris.ts';
import { sessions } from './checks/sessions.ts';
import { tokenCaching } from './checks/token-caching.ts';
import { transport } from './checks/transport.ts';
import { upgrade } from './checks/upgrade.ts';

/** Every check: the platform, identity providers, what plugins are told, how they meet, and what versions bring. */
export const CHECKS: readonly Check[] = [
  dataPlanes,
  certificates,
  ...PROVIDER_CHECKS,
  redirectUris,
  sessions,
  issuers,
  credentials,
  pluginCombinations,
  authHeader,
  tokenCaching,
  transport,
  keyIds,
  knownIssues,
  upgrade,
];
