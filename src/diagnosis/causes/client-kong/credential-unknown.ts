// Kong does not know the credential: the signals, remedies and page of credential-unknown.
import type { Facts } from '../../facts/facts.ts';
import { failures, issuerDifference, presented } from '../../facts/questions.ts';
import type { EntityType } from '../../readers/observation.ts';
import { addCredential } from '../../remedies/add-credential.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { tryLdapBind } from '../../remedies/try-ldap-bind.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** key-auth says `Unauthorized` from 3.6 on only when a key was there. */
function keyPresented({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.answered.by !== 'upstream')
    .filter((exchange) => exchange.answered.plugin === 'key-auth' || exchange.answered.plugin === 'basic-auth')
    .filter((exchange) => !/^(?:no api key|duplicate)/i.test(exchange.response?.message ?? ''))
    .flatMap((exchange) =>
      presented(exchange)
        .filter(
          (credential) =>
            (exchange.answered.plugin === 'basic-auth') === (credential.scheme === 'basic') &&
            !credential.oddities.some((oddity) => ['empty', 'not-base64url', 'no-colon'].includes(oddity)),
        )
        .map((credential) => ({
          weight: exchange.response?.message === undefined ? 1.2 : 2.8,
          says: `A credential was presented in ${credential.carriedIn} and ${exchange.answered.plugin} does not know it.`,
          sighting: exchange.requestAt ?? exchange.sighting,
        })),
    );
}

/** A key was there and Kong says no more than `Unauthorized`: key-auth says so from 3.6 on for a key that it does not know. */
function keyAndBareRefusal({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return (
    failures({ exchanges }, 401)
      .filter(
        ({ answered, response }) =>
          answered.by === 'kong' && answered.plugin === undefined && /^unauthorized$/i.test(response?.message ?? ''),
      )
      .filter((exchange) =>
        presented(exchange).some(({ scheme, oddities }) => scheme === 'api-key' && oddities.length === 0),
      )
      // A whole answer of key-auth carries its challenge; without it somebody else refused.
      .filter(
        ({ response }) => response?.challenges.length !== 0 || !response.headers.some(({ name }) => name === 'date'),
      )
      .map((exchange) => ({
        weight: 2.4,
        says: 'A key was sent, and key-auth (3.6 and newer) answers a bare Unauthorized to a key that it does not know.',
        sighting: exchange.requestAt ?? exchange.sighting,
      }))
  );
}

/** What was presented is compared with the pasted credentials, value with value; nobody sees either. */
function comparedWithCredentials({
  presentedKeys,
  config,
}: Pick<Facts, 'presentedKeys' | 'config'>): readonly Weighed[] {
  const untransformed = config.ofType('gateway-info').find((entity) => entity.fields._transform === false);
  return (
    presentedKeys
      .filter(({ exchange }) => exchange.failed && exchange.response?.status !== 403 && !exchange.toIdentityProvider)
      // That a user is absent is said by `userNotAmongCredentials`; a hash without its salt says nothing.
      .filter(({ difference }) => difference !== 'absent' && difference !== 'hashed')
      .filter(({ exchange }) => exchange.answered.by !== 'upstream')
      .flatMap(({ exchange, credential, known, difference }) => {
        const sighting = exchange.requestAt ?? exchange.sighting;
        const basic = credential.scheme === 'basic';
        if (difference === 'equal' && basic && untransformed !== undefined)
          return [
            {
              weight: 4.6,
              says: 'The password is right, but with _transform false Kong takes the one in the file for an already hashed one.',
              sighting: untransformed.lines._transform ?? untransformed.sighting,
            },
          ];
        if (difference === 'equal')
          return [{ weight: -2.2, says: `What was presented equals ${known.name}.`, sighting }];
        const near = difference !== 'another';
        return [
          {
            weight: near ? 4.4 : basic ? 3.4 : 2.5,
            says: near
              ? `What was presented is ${known.name}, only ${difference}.`
              : `What was presented is ${basic ? `not ${known.name}` : 'none of the pasted credentials'}.`,
            sighting,
          },
          { weight: 0.6, says: 'This is the credential that was compared.', sighting: known.sighting },
        ];
      })
  );
}

const LISTS_BY_SCHEME = { hmac: 'hmac-auth-credential', basic: 'basic-auth-credential' } as const;

/** The user name is none of the pasted credentials of that kind. */
function userNotAmongCredentials({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  return failures({ exchanges }, 401, 403).flatMap((exchange) =>
    presented(exchange).flatMap(({ scheme, username }) => {
      if ((scheme !== 'hmac' && scheme !== 'basic') || username === undefined) return [];
      const known = config.ofType(LISTS_BY_SCHEME[scheme]).map((entity) => String(entity.fields.username ?? ''));
      return known.length === 0 || known.includes(username)
        ? []
        : [
            {
              weight: 5,
              says: `The client calls itself ${username}; the pasted credentials are ${known.slice(0, 5).join(', ')}.`,
              sighting: exchange.requestAt ?? exchange.sighting,
            },
          ];
    }),
  );
}

/** Plugins that look up a credential of the consumer, by the type that they look up. */
const LOOKED_UP: readonly (readonly [plugin: string, type: EntityType])[] = [
  ['key-auth', 'key-auth-credential'],
  ['key-auth-enc', 'key-auth-credential'],
  ['basic-auth', 'basic-auth-credential'],
  ['hmac-auth', 'hmac-auth-credential'],
  ['jwt', 'jwt-credential'],
];

/** What the gateway says that it has none of: the credential that was presented, or any of this consumer. */
function noneInGateway({
  config,
  exchanges,
  traffic,
}: Pick<Facts, 'config' | 'exchanges' | 'traffic'>): readonly Weighed[] {
  if (config.absences.length === 0) return [];
  const refused = failures({ exchanges }, 401).some(({ answered }) => answered.by !== 'upstream');
  const logged = (traffic.byStatus['401'] ?? 0) > (traffic.failedByStatusAndAnswerer['401 upstream'] ?? 0);
  if (!refused && !logged) return [];
  const running = LOOKED_UP.filter(([plugin]) => config.pluginsNamed(plugin).some(({ enabled }) => enabled));
  const types = [...new Set(running.map(([, type]) => type))];
  return config.absences.flatMap((absence): readonly Weighed[] => {
    const { type, of, sighting } = absence;
    const [plugin] = running.find(([, looked]) => looked === type) ?? [];
    if (plugin === undefined) return [];
    if ('identifier' in of)
      return [
        {
          weight: 4.4,
          says: `${plugin} runs here, and the gateway has no credential ${of.identifier} for it.`,
          sighting,
        },
      ];
    // Where one of several plugins suffices, another credential of the consumer may be the one that counts.
    const hasOther = types.some(
      (other) =>
        !config.absences.some((one) => one.type === other && 'consumer' in one.of && one.of.consumer === of.consumer),
    );
    return hasOther
      ? []
      : [
          {
            weight: 3.8,
            says: `${plugin} runs here, and the consumer ${of.consumer} has no credential for it.`,
            sighting,
          },
        ];
  });
}

function issuerNotAmongKeys({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const keys = config.ofType('jwt-credential').map((entity) => String(entity.fields.key ?? ''));
  if (keys.length === 0) return [];
  return tokens.flatMap(({ token }) => {
    const iss = token.claims?.iss;
    if (
      typeof iss !== 'string' ||
      iss === '' ||
      keys.includes(iss) ||
      keys.some((key) => issuerDifference(iss, key) !== undefined)
    )
      return [];
    return [{ weight: 2.4, says: `No jwt credential has the key ${iss}.`, sighting: token.sighting }];
  });
}

/** Without global_credentials a token of Kong's oauth2 plugin is good for the service that issued it alone. */
function tokenOfOtherService({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  const local = config.pluginsNamed('oauth2').filter((plugin) => plugin.field('global_credentials').value === false);
  const services = new Set(local.map((plugin) => plugin.entity.scope.service ?? plugin.entity.scope.route));
  if (services.size < 2) return [];
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.response?.oauthError?.code === 'invalid_token')
    .map((exchange) => ({
      weight: 4.2,
      says: 'Two services have an oauth2 plugin of their own, and without global_credentials one does not know the tokens of the other.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** A credential arrived and Kong has none like it. */
export const credentialUnknown = defineCause({
  name: 'credential-unknown',
  title: 'Kong does not know the credential',
  looksAt: ['exchanges', 'config', 'tokens', 'presentedKeys', 'traffic'],
  signals: [
    tokenOfOtherService,
    keyPresented,
    keyAndBareRefusal,
    comparedWithCredentials,
    userNotAmongCredentials,
    issuerNotAmongKeys,
    noneInGateway,
  ],
  yieldsTo: [
    'token-issuer-mismatch',
    'node-out-of-sync',
    'consumer-subset-failing',
    'token-claim-missing',
    'jwks-key-not-found',
  ],
  remedies: [addCredential, tryLdapBind, raiseLogLevel],
  checks: [
    'Paste `curl -s http://localhost:8001/consumers/NAME/key-auth` (or basic-auth, jwt): secrets are replaced here.',
  ],
  page: {
    what: 'A credential arrived and Kong has none like it.',
    why: 'The key or password is wrong, was deleted or expired, belongs to another workspace, or the jwt credential for this iss or kid was never made. basic-auth from 3.6 on answers a missing and a wrong credential alike.',
    confirm: [
      'List the consumer’s credentials through the Admin API and compare the identifier, not the secret.',
      'For jwt compare the key of the credential with the iss claim, letter by letter.',
    ],
    fix: ['Create or correct the credential of the consumer, and give the client the new one.'],
  },
  example: `> GET /orders HTTP/1.1
> Host: api.example.com
> apikey: web-key-9000
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
< WWW-Authenticate: Key
<
{"message":"Unauthorized","request_id":"0293ac4135b8633692d0253b83eaaa59"}`,
});
