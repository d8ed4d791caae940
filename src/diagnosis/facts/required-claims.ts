// What openid-connect and jwt-keycloak require of a token's claims, beside what the tokens of the paste carry.
import type { Sighting } from '../intake/place.ts';
import type { Facts, PluginMet, TokenSeen } from './facts.ts';
import { textsOf } from './questions.ts';

export type Requirement = 'scopes' | 'roles' | 'groups' | 'audience';

/** One requirement of one plugin, and one token that meets it or does not. */
export interface RequiredClaim {
  readonly plugin: PluginMet;
  readonly requirement: Requirement;
  readonly required: readonly string[];
  /** Dotted path of the claim that the plugin looks at. */
  readonly claim: string;
  readonly has: readonly string[];
  readonly met: boolean;
  /** Another claim that carries what is required. */
  readonly standsIn?: string;
  readonly token: TokenSeen;
  /** Where the requirement is configured. */
  readonly sighting: Sighting;
}

/** Fields of a requirement and of the path of its claim; defaults of Kong Enterprise 3.4 to 3.15. */
const REQUIREMENTS: readonly (readonly [plugin: string, Requirement, field: string, path: string, claim: string])[] = [
  ['openid-connect', 'scopes', 'scopes_required', 'scopes_claim', 'scope'],
  ['openid-connect', 'roles', 'roles_required', 'roles_claim', 'roles'],
  ['openid-connect', 'groups', 'groups_required', 'groups_claim', 'groups'],
  ['openid-connect', 'audience', 'audience_required', 'audience_claim', 'aud'],
  ['jwt-signer', 'scopes', 'access_token_scopes_required', 'access_token_scopes_claim', 'scope'],
  ['jwt-signer', 'audience', 'access_token_audience_allowed', 'access_token_audience_claim', 'aud'],
  ['jwt-keycloak', 'scopes', 'scope', '', 'scope'],
  ['jwt-keycloak', 'roles', 'realm_roles', '', 'realm_access.roles'],
  ['jwt-keycloak', 'audience', 'audience_required', '', 'aud'],
];
/** Claims in which providers put scopes and roles under other names (Entra, Okta, Keycloak, Auth0). */
const OTHER_CLAIMS: Readonly<Record<Requirement, readonly string[]>> = {
  scopes: ['scope', 'scp', 'permissions'],
  roles: ['roles', 'realm_access.roles', 'permissions'],
  groups: ['groups', 'roles'],
  audience: [],
};

/** Every requirement that is configured, beside every token with claims. */
export function requiredClaims({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly RequiredClaim[] {
  return REQUIREMENTS.flatMap(([name, requirement, field, path, claim]) =>
    config.pluginsNamed(name).flatMap((plugin) => {
      const { value, sighting } = plugin.field(field);
      const required = textsOf(value);
      if (required.length === 0) return [];
      const given = path === '' ? [] : textsOf(plugin.field(path).value);
      const steps = given.length === 0 ? claim.split('.') : given;
      return tokens
        .filter((token) => token.token.claims !== undefined)
        .map((token): RequiredClaim => {
          const at = (claims: readonly string[]): readonly string[] => wordsAt(token, claims, requirement);
          const has = at(steps);
          const standsIn = OTHER_CLAIMS[requirement].find(
            (other) => other !== steps.join('.') && isMet(required, at(other.split('.'))),
          );
          const met = isMet(required, has);
          const other = met || standsIn === undefined ? {} : { standsIn };
          return { plugin, requirement, required, claim: steps.join('.'), has, met, token, sighting, ...other };
        });
    }),
  );
}

/** Entries are alternatives; an entry with blanks demands all of its words (openid-connect, 2.x to 3.15). */
function isMet(required: readonly string[], has: readonly string[]): boolean {
  return required.some((entry) => entry.split(/[\s,]+/).every((word) => has.includes(word)));
}

/** The words of a claim: a list, or a text with blanks (scopes) or commas between them. */
function wordsAt({ token }: TokenSeen, path: readonly string[], requirement: Requirement): readonly string[] {
  return textsOf(valueAt(token.claims, path), requirement !== 'audience');
}

/** The value of a claim by its path of names; undefined when it is absent. */
export function valueAt(claims: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    claims,
  );
}
