// No credential where the plugin looks: the signals, remedies and page of credential-missing.
import type { Facts } from '../../facts/facts.ts';
import { authPlugins, failures, presented, textsOf } from '../../facts/questions.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { sendCredential } from '../../remedies/send-credential.ts';
import { setKeyNames } from '../../remedies/set-key-names.ts';
import { defineCause, type Weighed } from '../cause.ts';

function nothingPresented({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter(
      (exchange) =>
        exchange.answered.by === 'kong' &&
        exchange.form !== 'serializer' &&
        exchange.request !== undefined &&
        presented(exchange).length === 0 &&
        exchange.request.method !== 'OPTIONS',
    )
    .map((exchange) => ({
      weight: 2,
      says: 'The request carries no credential at all.',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

/** `curl URL "Authorization: ..."` without -H: curl takes the header for a second URL. */
function notSent({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.request?.credentials.some(({ oddities }) => oddities.includes('not-sent')))
    .map((exchange) => ({
      weight: 3.6,
      says: 'The header stands in the command without -H, so curl takes it for a URL and sends no credential.',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

function emptyOrPlaceholder({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401).flatMap((exchange) =>
    presented(exchange)
      .filter((credential) => credential.oddities.some((oddity) => oddity === 'empty' || oddity === 'scheme-missing'))
      .map((credential) => ({
        weight: credential.oddities.includes('empty') ? 2.2 : 1.4,
        says: `The credential in ${credential.carriedIn} is empty or lacks its scheme, which counts as none.`,
        sighting: exchange.requestAt ?? exchange.sighting,
      })),
  );
}

/** The credential is there, but the plugin looks elsewhere: another header, another scheme. */
function elsewhere({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.answered.by === 'kong' || exchange.answered.by === 'unknown')
    .flatMap((exchange) =>
      authPlugins({ config }).flatMap((plugin) => {
        const found = presented(exchange);
        if (
          found.length === 0 ||
          found.some((credential) =>
            isLookedFor(plugin.name, credential.carriedIn, credential.scheme, plugin.field.bind(plugin)),
          )
        )
          return [];
        return [
          {
            weight: 2.8,
            says: `${plugin.name} does not look where the credential stands (${found.map((credential) => credential.carriedIn).join(', ')}).`,
            sighting: exchange.requestAt ?? exchange.sighting,
          },
        ];
      }),
    );
}

/** request-transformer (801) runs after all authentication plugins (990 and more): what it adds they never see. */
function addedTooLate({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  const looked = config
    .pluginsNamed('key-auth', 'jwt')
    .filter((plugin) => plugin.enabled)
    .flatMap((plugin) => [...textsOf(plugin.field('key_names').value), ...textsOf(plugin.field('header_names').value)])
    .map((name) => name.toLowerCase());
  return config
    .pluginsNamed('request-transformer', 'request-transformer-advanced')
    .filter((plugin) => plugin.enabled)
    .flatMap((plugin) =>
      textsOf(plugin.field('add.headers').value)
        .filter((entry) => looked.includes(entry.split(':')[0]?.trim().toLowerCase() ?? ''))
        .map((entry) => ({
          weight: 3.4,
          says: `${plugin.name} adds ${entry.split(':')[0]}, but it runs after the authentication plugins, which look for it first.`,
          sighting: plugin.field('add.headers').sighting,
        })),
    );
}

/** Of requests in one log those that pass carry a header that those that Kong refuses do not. */
function absentWhereRefused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const logged = exchanges.filter(({ form }) => form === 'serializer');
  const passing = logged.filter(({ failed }) => !failed);
  const refused = logged.filter(
    ({ failed, answered, response, logged: entry }) =>
      failed && answered.by === 'kong' && response?.status === 401 && entry?.consumer === undefined,
  );
  const [first] = refused;
  if (first === undefined || passing.length < 2) return [];
  const names = CREDENTIAL_HEADERS.filter(
    (name) => passing.every((other) => hasHeader(other, name)) && !refused.some((other) => hasHeader(other, name)),
  );
  const proxy = FRONT_MARKS.find(
    (name) => refused.every((other) => hasHeader(other, name)) && !passing.some((other) => hasHeader(other, name)),
  );
  return names.slice(0, 1).map((name) => ({
    weight: 5.4,
    says: `Requests that pass carry ${name}, those that Kong refuses do not${proxy === undefined ? '' : `, and they alone come with ${proxy}: that proxy drops it`}.`,
    sighting: first.sighting,
  }));
}

const CREDENTIAL_HEADERS = ['authorization', 'apikey', 'x-api-key', 'api-key', 'proxy-authorization', 'cookie'];
const FRONT_MARKS = [
  'x-amz-cf-id',
  'cf-ray',
  'x-azure-ref',
  'x-akamai-request-id',
  'fastly-client-ip',
  'x-amzn-trace-id',
  'via',
  'x-forwarded-for',
];

function hasHeader({ request }: Facts['exchanges'][number], name: string): boolean {
  return request?.headers.some((header) => header.name === name) ?? false;
}

/** The switch of key-auth for the place where a key stands (2.3 and later). */
function positionOf(carriedIn: string): 'key_in_query' | 'key_in_body' | 'key_in_header' {
  if (carriedIn.startsWith('query:')) return 'key_in_query';
  return carriedIn.startsWith('form:') ? 'key_in_body' : 'key_in_header';
}

/** A switch given as null is off; one that nobody gave is not known to be. */
function isOpen(value: unknown): boolean {
  return value !== false && value !== null;
}

/** Its name is right, but key-auth does not look in that place. */
function placeSwitchedOff({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.answered.by !== 'upstream')
    .flatMap((exchange) =>
      config.pluginsNamed('key-auth', 'key-auth-enc').flatMap((plugin) => {
        const names = textsOf(plugin.field('key_names').value).map((name) => name.toLowerCase());
        return presented(exchange)
          .filter(({ carriedIn }) => names.includes(carriedIn.toLowerCase().replace(/^(?:query|form):/, '')))
          .map(({ carriedIn }) => ({ carriedIn, position: positionOf(carriedIn.toLowerCase()) }))
          .filter(({ position }) => plugin.field(position).from !== 'unknown' && !isOpen(plugin.field(position).value))
          .flatMap(({ carriedIn, position }) => [
            {
              weight: 3.6,
              says: `The key stands in ${carriedIn}, and ${position} is ${String(plugin.field(position).value)}: ${plugin.name} does not look there.`,
              sighting: exchange.requestAt ?? exchange.sighting,
            },
            {
              weight: 0.8,
              says: 'This switch decides where a key is looked for.',
              sighting: plugin.field(position).sighting,
            },
          ]);
      }),
    );
}

function isLookedFor(
  plugin: string,
  carriedIn: string,
  scheme: string,
  field: (path: string) => { readonly value: unknown },
): boolean {
  const header = carriedIn.toLowerCase();
  const name = header.replace(/^(?:query|form|cookie):/, '');
  if (plugin === 'key-auth')
    return (
      textsOf(field('key_names').value).some((key) => key.toLowerCase() === name) &&
      isOpen(field(positionOf(header)).value)
    );
  if (plugin === 'basic-auth') return scheme === 'basic';
  if (plugin === 'hmac-auth') return scheme === 'hmac';
  if (plugin === 'oauth2')
    return (
      textsOf(field('auth_header_name').value).every((known) => known.toLowerCase() === header) ||
      header.startsWith('query:')
    );
  if (plugin === 'jwt') {
    if (header.startsWith('query:')) return textsOf(field('uri_param_names').value).includes(name);
    if (header === 'cookie') return textsOf(field('cookie_names').value).length > 0;
    return textsOf(field('header_names').value).some((known) => known.toLowerCase() === header) && scheme === 'bearer';
  }
  return true;
}

function presentAndLookedFor({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.answered.by === 'upstream')
    .map((exchange) => ({
      weight: -2.5,
      says: 'The upstream answered, so Kong had let the request through.',
      sighting: exchange.answered.sighting,
    }));
}

/** Proxy-Authorization, which jwt, basic-auth and hmac-auth take too, ends at the first proxy (RFC 9110 §11.7.1). */
function endsAtProxy({ statements }: Pick<Facts, 'statements'>): readonly Weighed[] {
  const header = statements.find(({ text }) => /\bproxy-authorization\b/i.test(text));
  const before = statements.some(({ text }) =>
    /\b(?:load balancer|alb|elb|cloudfront|cloudflare|akamai|cdn|waf)\b/i.test(text),
  );
  return header === undefined || !before
    ? []
    : [
        {
          weight: 2.8,
          says: 'Proxy-Authorization ends at the first proxy (RFC 9110 §11.7.1), and one stands before Kong.',
          sighting: header.sighting,
          hearsay: true,
        },
      ];
}

/** The authentication plugin found no credential where it looks. */
export const credentialMissing = defineCause({
  name: 'credential-missing',
  title: 'No credential where the plugin looks',
  looksAt: ['exchanges', 'config', 'traffic', 'statements'],
  signals: [
    nothingPresented,
    endsAtProxy,
    notSent,
    emptyOrPlaceholder,
    elsewhere,
    placeSwitchedOff,
    addedTooLate,
    absentWhereRefused,
    presentAndLookedFor,
  ],
  yieldsTo: [
    'oidc-session-lost',
    'preflight-blocked',
    'auth-plugins-combined',
    'auth-header-not-forwarded',
    'token-malformed',
    'token-type-wrong',
  ],
  remedies: [sendCredential, setKeyNames, raiseLogLevel],
  checks: [
    'Paste the failing call as `curl -v`, with the request headers.',
    'Paste the plugin configuration of the route.',
  ],
  page: {
    what: 'The authentication plugin found no credential where it looks.',
    why: 'The header or query argument is absent, has another name than key_names or header_names, lacks its scheme, or a proxy before Kong dropped it.',
    confirm: [
      'Run the failing call with curl -v and look whether the header leaves the client.',
      'Compare its name with key_names (key-auth) or header_names, uri_param_names and cookie_names (jwt).',
    ],
    fix: ['Send the credential under the name that the plugin looks for, or add the name to the plugin.'],
  },
  example: `> GET /orders HTTP/1.1
> Host: api.example.com
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
< WWW-Authenticate: Key
<
{"message":"No API key found in request","request_id":"0293ac4135b8633692d0253b83eaaa59"}`,
});
