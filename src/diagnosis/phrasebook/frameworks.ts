// What the software behind or before Kong says when it refuses: token libraries, web frameworks, meshes, clouds, databases.
import type { CauseName } from '../names.ts';
import type { Phrase } from './phrase.ts';

/** Rows of one speaker: the cause, the texts that point to it, and how sure they are. */
type Rows = readonly (readonly [CauseName, number, readonly string[], (readonly CauseName[])?])[];

const MEANS: Readonly<Partial<Record<CauseName, string>>> = {
  'token-expired': 'The time of the token has passed.',
  'token-not-yet-valid': 'The token is not valid yet by the clock of who checks it.',
  'token-signature-invalid': 'The signature does not verify with the key at hand.',
  'token-algorithm-mismatch': 'The token is signed with another algorithm than is accepted.',
  'token-issuer-mismatch': 'The issuer of the token is not the one that is expected.',
  'token-audience-mismatch': 'The audience of the token is not the one that is required.',
  'token-malformed': 'What arrived is no readable token.',
  'token-claim-missing': 'A claim that is demanded is not in the token.',
  'token-scope-missing': 'The caller is known and lacks a right.',
  'token-type-wrong': 'Another kind of token is wanted.',
  'jwks-key-not-found': 'The key that signed the token is not among the known keys.',
  'auth-header-not-forwarded': 'The software behind Kong got no credential.',
  'upstream-rejects-token': 'The software behind Kong refuses the credential that it got.',
  'signed-request-mismatch': 'A signature over the request does not fit what arrived.',
  'upstream-host-mismatch': 'The host name that arrived is not one that the software serves or trusts.',
  'upstream-bad-request': 'The software behind Kong cannot read the request.',
  'dependency-unavailable': 'A store that the software needs refuses or does not answer.',
  'preflight-blocked': 'The browser reports a refused preflight.',
  'not-auth': 'This is a failure of another kind than a refused credential.',
};

function rows(component: string, source: string, table: Rows): Phrase[] {
  return table.flatMap(([points, weight, texts, also]) =>
    texts.map(
      (text): Phrase => ({
        component,
        versions: 'all',
        where: 'anywhere',
        text,
        points,
        weight,
        means: MEANS[points] ?? 'The software behind Kong says so.',
        source,
        ...(also === undefined ? {} : { also }),
      }),
    ),
  );
}

const U: readonly CauseName[] = ['upstream-rejects-token'];

export const frameworkPhrases: readonly Phrase[] = [
  ...rows('spring-security', 'Spring Security resource server, NimbusJwtDecoder', [
    ['token-expired', 3, ['Jwt expired at {time}'], U],
    ['token-not-yet-valid', 2.8, ['Jwt used before {time}'], U],
    ['token-issuer-mismatch', 3, ['The iss claim is not valid'], U],
    ['token-audience-mismatch', 3, ['The aud claim is not valid', 'the required audience is missing'], U],
    [
      'jwks-key-not-found',
      2.8,
      ['Another algorithm expected, or no matching key(s) found'],
      ['token-algorithm-mismatch', 'upstream-rejects-token'],
    ],
    ['token-signature-invalid', 2.8, ['Signed JWT rejected: Invalid signature'], U],
    ['auth-header-not-forwarded', 2.4, ['Full authentication is required to access this resource'], U],
    ['token-malformed', 2.4, ['Bearer token is malformed', 'Malformed token'], U],
    ['not-auth', 0.6, ['Could not resolve view']],
  ]),
  ...rows('aspnet', 'Microsoft.IdentityModel message codes', [
    ['token-audience-mismatch', 3, ['IDX10214', 'IDX10206', 'IDX10208', "The audience '{audience}' is invalid"], U],
    ['token-issuer-mismatch', 3, ['IDX10205', 'IDX10204', 'IDX40001', "The issuer '{issuer}' is invalid"], U],
    ['token-expired', 3, ['IDX10223', 'The token expired at'], U],
    ['token-not-yet-valid', 3, ['IDX10222', 'The token is not valid before'], U],
    ['token-signature-invalid', 2.6, ['IDX10503', 'IDX10511', 'IDX10504'], ['jwks-key-not-found', ...U]],
    ['jwks-key-not-found', 2.8, ['IDX10501', 'IDX10500', 'The signature key was not found'], U],
    ['token-malformed', 2.6, ['IDX12741', 'IDX10609', 'IDX14100', 'IDX12709'], ['token-type-wrong']],
    ['oidc-discovery-failed', 2.4, ['IDX20803', 'IDX20804', 'IDX20807', 'IDX10803']],
    ['oidc-session-lost', 2.8, ['Correlation failed.', 'IDX21323']],
    ['token-type-wrong', 2, ['IDX10612', 'IDX10619']],
  ]),
  ...rows('express-jwt', 'express-jwt, passport and jsonwebtoken', [
    [
      'auth-header-not-forwarded',
      2,
      ['No authorization token was found', 'No auth token', 'credentials_required'],
      ['credential-missing', ...U],
    ],
    ['token-malformed', 2.4, ['Format is Authorization: Bearer [token]', 'credentials_bad_scheme']],
    ['token-not-yet-valid', 2.6, ['jwt not active'], U],
    ['token-algorithm-mismatch', 2.6, ['secretOrPublicKey must be an asymmetric key', 'error: invalid algorithm'], U],
    ['token-claim-missing', 2, ['jwt must be provided'], ['credential-missing', 'auth-header-not-forwarded']],
    ['jwks-key-not-found', 3, ['Unable to find a signing key that matches', 'SigningKeyNotFoundError'], U],
  ]),
  ...rows('golang-jwt', 'golang-jwt and go-jose', [
    ['token-expired', 2.8, ['token is expired by'], U],
    ['token-not-yet-valid', 2.8, ['Token used before issued', 'token is not valid yet'], U],
    [
      'token-signature-invalid',
      2.8,
      ['crypto/rsa: verification error', 'signature is invalid', 'error in cryptographic primitive'],
      U,
    ],
    ['token-algorithm-mismatch', 2.6, ['signing method {method} is invalid', 'unexpected signature algorithm'], U],
    ['token-audience-mismatch', 2.8, ['oidc: expected audience', 'token has invalid audience'], U],
    ['token-issuer-mismatch', 2.8, ['oidc: id token issued by a different provider', 'token has invalid issuer'], U],
    [
      'token-malformed',
      2.8,
      ['oidc: malformed jwt', 'token is malformed', 'compact JWS format must have three parts'],
      U,
    ],
  ]),
  ...rows('pyjwt', 'PyJWT, python-jose, Authlib, Flask-JWT-Extended, Django REST framework, FastAPI', [
    ['token-expired', 2.8, ['Signature has expired', 'ExpiredSignatureError'], U],
    ['token-not-yet-valid', 2.8, ['The token is not yet valid', 'ImmatureSignatureError'], U],
    ['token-signature-invalid', 2.6, ['InvalidSignatureError'], U],
    ['token-audience-mismatch', 2.8, ["Audience doesn't match", 'InvalidAudienceError'], U],
    ['token-issuer-mismatch', 2.6, ['InvalidIssuerError'], U],
    ['token-malformed', 2.6, ['Not enough segments', 'Invalid header padding', 'Invalid payload padding'], U],
    ['token-algorithm-mismatch', 2.4, ['The specified alg value is not allowed', 'InvalidAlgorithmError'], U],
    [
      'auth-header-not-forwarded',
      2.4,
      ['Missing Authorization Header', 'Authentication credentials were not provided'],
      U,
    ],
    [
      'upstream-rejects-token',
      2.2,
      ['Given token not valid for any token type', 'token_not_valid', 'Could not validate credentials'],
    ],
    ['upstream-host-mismatch', 3, ['Invalid HTTP_HOST header', 'DisallowedHost', 'You may need to add']],
  ]),
  ...rows('supabase', 'PostgREST, GoTrue and storage-api sources', [
    [
      'token-signature-invalid',
      2.9,
      [
        'JWSInvalidSignature',
        'JWSError JWSInvalidSignature',
        'unable to parse or verify signature, signature is invalid',
        'signature verification failed for key',
      ],
      U,
    ],
    [
      'token-malformed',
      2.8,
      [
        'JWSError (CompactDecodeError',
        'JWSError (JSONDecodeError',
        'unable to parse or verify signature, token is malformed',
      ],
      U,
    ],
    ['token-expired', 2.9, ['PGRST303', 'unable to parse or verify signature, token is expired'], U],
    ['token-audience-mismatch', 2.8, ['JWTNotInAudience'], U],
    ['token-not-yet-valid', 2.8, ['JWTIssuedAtFuture', 'JWTNotYetValid'], U],
    ['token-claim-missing', 2.6, ['missing sub claim', 'invalid claim: missing'], U],
    [
      'auth-header-not-forwarded',
      2.2,
      ['PGRST302', 'This endpoint requires a Bearer token'],
      ['credential-missing', ...U],
    ],
    ['not-auth', 2.8, ['PGRST000', 'PGRST001', 'PGRST002', 'PGRST003'], ['dependency-unavailable']],
    ['upstream-rejects-token', 2.2, ['bad_jwt', 'User from sub claim in JWT does not exist']],
  ]),
  ...rows('envoy', 'Envoy jwt_authn and rbac filters, Istio', [
    ['credential-missing', 2.6, ['Jwt is missing'], ['auth-header-not-forwarded']],
    ['token-signature-invalid', 2.6, ['Jwt verification fails'], U],
    ['jwks-key-not-found', 2.8, ["Jwks doesn't have key to match kid or alg from Jwt"], U],
    ['oidc-discovery-failed', 2.6, ['Jwks remote fetch is failed']],
    ['token-issuer-mismatch', 2.8, ['Jwt issuer is not configured'], U],
    ['token-audience-mismatch', 2.8, ['Audiences in Jwt are not allowed'], U],
    ['token-expired', 2.8, ['Jwt is expired'], U],
    [
      'token-malformed',
      2.6,
      ['Jwt is not in the form of Header.Payload.Signature', 'Jwt header is an invalid JSON'],
      U,
    ],
    ['upstream-rejects-token', 2.4, ['RBAC: access denied']],
    ['not-auth', 2.6, ['upstream connect error or disconnect/reset before headers', 'no healthy upstream']],
  ]),
  ...rows('webhook', 'webhook receivers: GitHub, Stripe, Shopify libraries', [
    [
      'signed-request-mismatch',
      3.8,
      [
        "signatures didn't match",
        'signature mismatch',
        'No signatures found matching the expected signature',
        'X-Hub-Signature',
      ],
      ['upstream-bad-request', 'upstream-host-mismatch'],
    ],
  ]),
  ...rows('servlet', 'Tomcat and Jetty error pages', [
    [
      'headers-too-large',
      4.4,
      ['Request header is too large', 'Request Header Fields Too Large', 'Header is too large'],
    ],
  ]),
  ...rows('aws', 'AWS service error codes and API Gateway answers', [
    [
      'upstream-host-mismatch',
      2.2,
      ['SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided'],
      ['signed-request-mismatch', 'upstream-rejects-token'],
    ],
    [
      'upstream-rejects-token',
      2.6,
      [
        'Missing Authentication Token',
        'MissingAuthenticationTokenException',
        'UnrecognizedClientException',
        'The security token included in the request is invalid',
        'InvalidClientTokenId',
        'IncompleteSignatureException',
        'Only one auth mechanism allowed',
      ],
      ['auth-header-overwritten'],
    ],
    ['token-not-yet-valid', 2.6, ['RequestTimeTooSkewed', 'Signature not yet current', 'Signature expired:']],
    [
      'token-expired',
      2.4,
      ['The security token included in the request is expired', 'ExpiredTokenException', 'ExpiredToken'],
      U,
    ],
  ]),
  ...rows('cloud', 'Google Cloud, Azure App Service, Elasticsearch, Jetty, Tomcat, IIS and nginx pages', [
    [
      'upstream-rejects-token',
      2.4,
      [
        'Request had invalid authentication credentials',
        'Your client does not have permission to get URL',
        'unable to authenticate user [',
        'Access is denied due to invalid credentials',
        'This server could not verify that you are authorized',
        'Invalid API key',
        'Invalid username or password',
      ],
    ],
    [
      'auth-header-not-forwarded',
      2.2,
      [
        'missing authentication credentials for REST request',
        'Request is missing required authentication credential',
        'Login Required.',
      ],
      U,
    ],
    [
      'upstream-host-mismatch',
      2.8,
      [
        'Invalid Hostname',
        'The request hostname is invalid',
        'Host header not allowed',
        'Blocked request. This host',
        'Invalid host header',
      ],
    ],
    [
      'dependency-unavailable',
      2.8,
      [
        'missing password, required for connect',
        'password authentication failed for user',
        'no pg_hba.conf entry for host',
        'FATAL: role',
        'remaining connection slots are reserved',
        'NOAUTH Authentication required',
        'WRONGPASS invalid username-password pair',
      ],
      ['not-auth'],
    ],
    [
      'not-auth',
      2.4,
      [
        'ECONNREFUSED',
        'ETIMEDOUT',
        'ENOTFOUND',
        'EAI_AGAIN',
        'ECONNRESET',
        'socket hang up',
        'violates unique constraint',
        'CrashLoopBackOff',
        'OOMKilled',
      ],
      ['dependency-unavailable'],
    ],
    [
      'upstream-bad-request',
      2.2,
      [
        'MismatchedInputException',
        'HttpMessageNotReadableException',
        'Unexpected token < in JSON',
        'Unexpected token o in JSON',
        'Unexpected end of JSON input',
        'unsupported media type',
        'Required request body is missing',
        'Invalid boundary',
        'multipart: NextPart: EOF',
      ],
    ],
  ]),
];
