// A gateway whose plugins name a real provider over TLS, and what the checks that call it say.
import assert from 'node:assert/strict';
import { after, before, type TestContext } from 'node:test';
import type { CheckResult, Examination, Verdict } from '../../src/doctor/check.ts';
import { PROVIDER_CHECKS } from '../../src/doctor/checks/providers.ts';
import { hostsNamedBy } from '../../src/doctor/providers.ts';
import { createReach, type ReachOptions } from '../../src/doctor/reach.ts';
import { livePlugin } from '../../src/kong/read.ts';
import type { GatewaySnapshot } from '../../src/kong/snapshot.ts';
import { gatewayAt } from '../support/admin-api-peer.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type IdentityProvider, type ProviderOptions, startIdentityProvider } from '../support/identity-provider.ts';

let made: Authority | undefined;
before(() => {
  made = createAuthority();
});
after(() => made?.remove());

/** The authority of this test file. */
export function authority(): Authority {
  assert.ok(made !== undefined);
  return made;
}

export type Config = Readonly<Record<string, unknown>>;

export interface PluginGiven {
  readonly name: string;
  readonly config: Config;
  readonly enabled?: boolean;
}

/** A provider with a certificate of the authority, ended with the test. */
export async function provider(
  t: TestContext,
  options: Partial<ProviderOptions> & { readonly days?: number } = {},
): Promise<IdentityProvider> {
  const tls = authority().issue(['localhost'], options.days);
  const idp = await startIdentityProvider({ tls, ca: authority().ca, ...options });
  t.after(() => idp.close());
  return idp;
}

/** A gateway with these plugins on one route. */
export function gatewayWith(
  plugins: readonly PluginGiven[],
  { version = '3.9.1.0', configuration }: { readonly version?: string; readonly configuration?: Config } = {},
): GatewaySnapshot {
  const root = { version, edition: 'enterprise', ...(configuration === undefined ? {} : { configuration }) };
  return {
    root,
    services: [],
    routes: [{ id: 'r1', name: 'orders', paths: ['/orders'] }],
    plugins: plugins.map(({ name, config, enabled = true }, at) =>
      livePlugin({ id: `p${at}`, name, enabled, route: { id: 'r1' }, config }, root),
    ),
    consumers: [],
    credentials: {},
    upstreams: [],
    certificates: [],
    caCertificates: [],
    dataPlanes: undefined,
  };
}

export interface Looked {
  /** Verdicts by check. */
  readonly verdicts: Readonly<Record<string, readonly Verdict[]>>;
  readonly results: readonly CheckResult[];
}

/** Runs every check that calls providers, over real calls. */
export async function look(
  gateway: GatewaySnapshot,
  more: Partial<Examination> & {
    readonly knowsAuthority?: boolean;
    readonly hosts?: readonly string[];
    readonly lookup?: ReachOptions['lookup'];
  } = {},
): Promise<Looked> {
  const { knowsAuthority = true, hosts = [], lookup, ...rest } = more;
  const reach = createReach({
    hosts: hostsNamedBy(gateway, gatewayAt('http://unused', { identityProviderHosts: hosts })),
    ...(knowsAuthority ? { ca: authority().ca } : {}),
    ...(lookup === undefined ? {} : { lookup }),
  });
  try {
    const examination: Examination = { gateway, reach, now: Date.now(), ...rest };
    const results = (await Promise.all(PROVIDER_CHECKS.map((check) => check.run(examination)))).flat();
    const verdicts = Object.fromEntries(
      PROVIDER_CHECKS.map(({ name }) => [
        name,
        results.filter(({ check }) => check === name).map(({ verdict }) => verdict),
      ]),
    );
    for (const { says, advice, verdict } of results) {
      assert.match(says, /\.$/, says);
      if (verdict === 'failed') assert.match(advice ?? '', /\.$/, says);
    }
    return { verdicts, results };
  } finally {
    await reach.close();
  }
}

/** The one result of a check that did not pass. */
export function only({ results }: Looked, check: string): CheckResult {
  const found = results.filter((result) => result.check === check && result.verdict !== 'passed');
  assert.equal(found.length, 1, JSON.stringify(results.filter((result) => result.check === check)));
  return found[0] as CheckResult;
}

/** An openid-connect plugin that fits the provider, but for what is given. */
export function oidc(issuer: string, config: Config = {}, enabled = true): PluginGiven {
  return {
    name: 'openid-connect',
    enabled,
    config: {
      issuer,
      client_id: ['gateway'],
      client_secret: ['gateway-secret-0123456789'],
      client_auth: ['client_secret_basic'],
      auth_methods: ['authorization_code', 'client_credentials'],
      ssl_verify: true,
      ...config,
    },
  };
}
