// The upstream never receives the credential: the signals, remedies and page of auth-header-not-forwarded.
import type { Facts } from '../../facts/facts.ts';
import { failures, failuresBy, isRefusedByUpstream, removedAndAddedHeaders, textsOf } from '../../facts/questions.ts';
import { forwardAuthorization } from '../../remedies/forward-authorization.ts';
import { inspectUpstreamRequest } from '../../remedies/inspect-upstream-request.ts';
import { templateAuthorization } from '../../remedies/template-authorization.ts';
import { defineCause, type Weighed } from '../cause.ts';

const MISSES =
  /missing (?:the )?(?:authorization|token|credential|bearer|access token)|no (?:authorization|token|credential|bearer)|authorization (?:header )?(?:is )?(?:missing|required|not (?:found|provided|present))|full authentication is required|token (?:is )?(?:missing|not provided|required)|not authenticated|credentials? (?:required|not provided)|authentication (?:is )?required/i;

function upstreamMisses({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401, 403, 400)
    .filter((exchange) => MISSES.test(exchange.response?.body ?? ''))
    .map((exchange) => ({
      weight: 3.4,
      says: 'The upstream answered, and says that it got no credential.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** Kong itself refused everything that the paste shows: nothing went to the upstream that could have lost a header. */
function onlyKongRefused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const refused = failures({ exchanges }, 401, 403);
  const [first] = refused;
  return first === undefined || refused.some(({ answered }) => answered.by !== 'kong')
    ? []
    : [{ weight: -2.4, says: 'Kong itself refused, so nothing was forwarded.', sighting: first.sighting }];
}

/** The JSON log shows request headers as they are after the plugins ran: a credential that is absent there was taken away. */
function absentAfterPlugins({ exchanges, traffic }: Pick<Facts, 'exchanges' | 'traffic'>): readonly Weighed[] {
  // A request to the same path that the upstream accepted proves that it does not need what is absent.
  const accepted = new Set(
    traffic.successes
      .filter(({ logged }) => logged.source === 'upstream' || (logged.upstreamStatus ?? '') !== '')
      .map(({ logged }) => logged.path),
  );
  return failuresBy({ exchanges }, 'upstream', 401, 403)
    .filter(
      (exchange) =>
        exchange.form === 'serializer' &&
        (exchange.logged?.consumer !== undefined || exchange.logged?.credential !== undefined),
    )
    .map((exchange) => {
      const forwarded =
        exchange.request?.headers.some((header) => ['authorization', 'apikey', 'x-api-key'].includes(header.name)) ??
        false;
      return forwarded
        ? { weight: -2, says: 'The log shows that the credential went upstream.', sighting: exchange.sighting }
        : {
            weight: accepted.has(exchange.logged?.path) ? 0.6 : exchange.response?.status === 401 ? 3.2 : 2,
            says: 'Kong knew the consumer, and the request that went upstream has no credential header any more.',
            sighting: exchange.sighting,
          };
    });
}

function hidden({ exchanges, config, traffic }: Pick<Facts, 'exchanges' | 'config' | 'traffic'>): readonly Weighed[] {
  const refused = failuresBy({ exchanges }, 'upstream', 401, 403);
  if (refused.length === 0 && !isRefusedByUpstream(traffic)) return [];
  // What key-auth hides is its key: an upstream that asks for Bearer or Basic never wanted that.
  const wantsAuthorization = refused.some((exchange) =>
    exchange.response?.challenges.some(({ scheme }) => scheme === 'bearer' || scheme === 'basic'),
  );
  return config.plugins.flatMap((plugin) => {
    const met = plugin.field('hide_credentials');
    if (met.value !== true) return [];
    const names = textsOf(plugin.field('key_names').value).map((name) => name.toLowerCase());
    const hidesKeyOnly = plugin.name.startsWith('key-auth') && !names.includes('authorization');
    const weight = met.from === 'given' ? 3.2 : 2.6;
    return [
      {
        weight: hidesKeyOnly && wantsAuthorization ? weight / 3 : weight,
        says: `${plugin.name} hides ${hidesKeyOnly ? `its key (${names.join(', ')})` : 'credentials'} from the upstream${met.from === 'default' ? ' (the default since 3.14)' : ''}.`,
        sighting: met.sighting,
      },
    ];
  });
}

function removedByTransformer({
  exchanges,
  config,
  atLeast,
}: Pick<Facts, 'exchanges' | 'config' | 'atLeast'>): readonly Weighed[] {
  const refused = failuresBy({ exchanges }, 'upstream', 401, 403).length > 0;
  return config
    .pluginsNamed('request-transformer', 'request-transformer-advanced')
    .filter((plugin) => plugin.enabled)
    .flatMap((plugin) =>
      textsOf(plugin.field('remove.headers').value)
        .filter((header) => /^authorization$|api-?key/i.test(header))
        // What is added again is no longer absent, but another.
        .filter((header) => atLeast('2.0') !== true || !removedAndAddedHeaders(plugin).includes(header.toLowerCase()))
        .map((header) => ({
          weight: refused ? 4 : 2.2,
          says: `${plugin.name} removes ${header}.`,
          sighting: plugin.field('remove.headers').sighting,
        })),
    );
}

/**
 * Removing and adding one header is the documented way to set it. In Kong 1.x the plugin removed last, so that the
 * upstream got none (https://github.com/Kong/kong/issues/4950, mended in the plugin's 1.2.x).
 */
function removedAndAdded({ config, atLeast }: Pick<Facts, 'config' | 'atLeast'>): readonly Weighed[] {
  const mended = atLeast('2.0');
  if (mended === true) return [];
  return config.pluginsNamed('request-transformer', 'request-transformer-advanced').flatMap((plugin) =>
    removedAndAddedHeaders(plugin)
      .filter((header) => /^authorization$|api-?key/i.test(header))
      .flatMap((header) => [
        {
          weight: mended === false ? 4.4 : 2.4,
          says: `${plugin.name} both removes and adds ${header}: in Kong 1.x the upstream then gets none.`,
          sighting: plugin.field('add.headers').sighting,
        },
        { weight: 0.8, says: `Here ${header} is removed.`, sighting: plugin.field('remove.headers').sighting },
      ]),
  );
}

/** hide_credentials became true by default in 3.14. */
function since314({
  exchanges,
  atLeast,
  versions,
}: Pick<Facts, 'exchanges' | 'atLeast' | 'versions'>): readonly Weighed[] {
  const [version] = versions;
  const [refused] = failuresBy({ exchanges }, 'upstream', 401);
  if (version === undefined || refused === undefined || atLeast('3.14') !== true) return [];
  return [
    {
      weight: 1.2,
      says: `This is Kong ${version.text}: since 3.14 hide_credentials is true unless the config says otherwise.`,
      sighting: version.sighting,
    },
  ];
}

/** RFC 6750 §3.1: a challenge without an error code answers a request without a token. */
function bareChallenge({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401)
    .filter(({ response }) =>
      response?.challenges.some(({ scheme, params }) => scheme === 'bearer' && params.error === undefined),
    )
    .flatMap((exchange) => {
      const arrived = exchange.request?.headers.some(({ name }) => name === 'authorization') ?? false;
      if (exchange.form === 'serializer' ? arrived : !arrived) return [];
      return [
        {
          weight: exchange.form === 'serializer' ? 3.6 : 2.4,
          says:
            exchange.form === 'serializer'
              ? 'The upstream asks for a token as if none had come, and the logged request has no Authorization.'
              : 'A token was sent, and the upstream asks for one as if none had come (its challenge names no error).',
          sighting: exchange.messageAt ?? exchange.sighting,
        },
      ];
    });
}

/** Lua of one's own that takes the header away. */
function clearedByFunction({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config
    .pluginsNamed('pre-function', 'post-function')
    .filter((plugin) => plugin.enabled)
    .filter((plugin) =>
      ['rewrite', 'access'].some((phase) =>
        textsOf(plugin.field(phase).value).some((code) =>
          /clear_header\(\s*["'](?:authorization|apikey|x-api-key)["']/i.test(code),
        ),
      ),
    )
    .map((plugin) => ({
      weight: 5,
      says: `The Lua code of ${plugin.name} clears the credential's header.`,
      sighting: plugin.entity.lines['config.access.0'] ?? plugin.entity.sighting,
    }));
}

/** The client sent the credential, and the log of the same call no longer has its header. */
function sentButNotLogged({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401, 403)
    .filter(({ form, logged }) => form === 'serializer' && logged?.consumer !== undefined)
    .flatMap((entry) => {
      const sent = exchanges.find(
        ({ form, request }) =>
          form !== 'serializer' &&
          request?.path === entry.request?.path &&
          request?.credentials.some(({ carriedIn }) => !entry.request?.headers.some(({ name }) => name === carriedIn)),
      );
      const credential = sent?.request?.credentials.find(
        ({ carriedIn }) => !carriedIn.includes(':') && !entry.request?.headers.some(({ name }) => name === carriedIn),
      );
      return credential === undefined
        ? []
        : [
            {
              weight: 4.6,
              says: `The client sent ${credential.carriedIn}, Kong knew the consumer, and the request that went upstream has no ${credential.carriedIn}.`,
              sighting: entry.sighting,
            },
          ];
    });
}

/** What is said of a token that one has in hand. */
const FINDS_FAULT = /\b(?:jwt|token)\b.{0,40}\b(?:expired|signature|issuer|audience)\b/i;

/** RFC 6750 §3.1: a challenge with invalid_token answers a token that did arrive; so does a body that finds fault with one. */
function tokenArrived({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401)
    .filter(
      ({ response }) =>
        response?.challenges.some(({ params }) => params.error === 'invalid_token') ||
        FINDS_FAULT.test(response?.body ?? ''),
    )
    .slice(0, 1)
    .map((exchange) => ({
      weight: -2.5,
      says: 'The upstream finds fault with the token, so a token did arrive there.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** Kong authenticated the caller and the upstream got no credential. */
export const authHeaderNotForwarded = defineCause({
  name: 'auth-header-not-forwarded',
  title: 'The upstream never receives the credential',
  looksAt: ['exchanges', 'config', 'atLeast', 'versions', 'traffic'],
  signals: [
    upstreamMisses,
    onlyKongRefused,
    absentAfterPlugins,
    hidden,
    removedByTransformer,
    removedAndAdded,
    since314,
    tokenArrived,
    bareChallenge,
    clearedByFunction,
    sentButNotLogged,
  ],
  yieldsTo: [
    'plugin-not-applied',
    'vault-reference-unresolved',
    'consumer-subset-failing',
    'upstream-target-inconsistent',
    'node-out-of-sync',
  ],
  remedies: [forwardAuthorization, templateAuthorization, inspectUpstreamRequest],
  checks: ['Paste the JSON log of one failing request and the plugins of the route.'],
  page: {
    what: 'Kong authenticated the caller and the upstream got no credential.',
    why: 'hide_credentials (true by default since 3.14), a transformer that removes the header, or openid-connect with its upstream header unset or renamed.',
    confirm: [
      'Look at request.headers in the JSON log: it shows them after the plugins ran.',
      'Point the service at an echo server for one request.',
    ],
    fix: ['Set hide_credentials false on the plugin, or forward the token by a header of your own.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer realm="orders"
< Server: Jetty(11.0.20)
< X-Kong-Upstream-Latency: 14
< X-Kong-Proxy-Latency: 2
< Via: 1.1 kong/3.14.0.2-enterprise-edition
{"error":"missing Authorization header"}`,
});
