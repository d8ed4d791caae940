// The token cannot be parsed: the signals, remedies and page of token-malformed.
import type { Facts } from '../../facts/facts.ts';
import { failures, presented } from '../../facts/questions.ts';
import { sendWholeToken } from '../../remedies/send-whole-token.ts';
import { defineCause, type Weighed } from '../cause.ts';

const SAYS: Readonly<Record<string, string>> = {
  'scheme-twice': 'The scheme stands twice, so what follows the first Bearer is no token.',
  quoted: 'The token stands in quotes, which become part of it.',
  'whitespace-inside': 'There is white space inside the token.',
  'url-encoded': 'The token is URL-encoded.',
  'segments-wrong': 'A signed token has three parts with dots between; this has another number.',
  'not-base64url': 'A part of the token has characters that base64url does not know.',
  'not-json': 'A part of the token does not decode to JSON.',
  truncated: 'The token is cut off.',
  'template-literal': 'The value is an unexpanded template and no token.',
  placeholder: 'The value is a placeholder and no token.',
  'no-colon': 'The basic credential decodes to something without a colon.',
};

function oddForm({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 400, 401, 403, 500, 0).flatMap((exchange) =>
    presented(exchange).flatMap((credential) =>
      credential.oddities
        .filter((oddity) => oddity in SAYS)
        .map((oddity) => ({
          // Three dots at the end are mostly the person's who shortened the paste.
          weight: credential.form === 'jwe' ? 0.5 : oddity === 'truncated' ? 0.8 : 2.7,
          says: SAYS[oddity] ?? '',
          sighting: exchange.requestAt ?? exchange.sighting,
        })),
    ),
  );
}

function oddLooseToken({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens
    .filter(({ token }) => token.found === 'loose' && token.form === 'jwt')
    .flatMap(({ token }) =>
      token.oddities
        .filter((oddity) => oddity in SAYS)
        .map((oddity) => ({ weight: 1.4, says: SAYS[oddity] ?? '', sighting: token.sighting })),
    );
}

/** NumericDate counts seconds (RFC 7519 §2); JavaScript's clock counts milliseconds. */
function milliseconds({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens.flatMap(({ token }) =>
    ['exp', 'nbf', 'iat']
      .filter((claim) => Number(token.claims?.[claim]) > 1e11)
      .map((claim) => ({
        weight: 3.6,
        says: `${claim} is in milliseconds; a token counts seconds.`,
        sighting: token.sighting,
      })),
  );
}

/** What was sent is not a parseable token. */
export const tokenMalformed = defineCause({
  name: 'token-malformed',
  title: 'The token cannot be parsed',
  looksAt: ['exchanges', 'tokens'],
  signals: [milliseconds, oddForm, oddLooseToken],
  yieldsTo: ['token-type-wrong'],
  remedies: [sendWholeToken],
  checks: ['Paste the Authorization header as it leaves the client (it is redacted here).'],
  page: {
    what: 'What was sent is not a parseable token.',
    why: 'It is truncated, quoted, doubled (Bearer Bearer), wrapped over lines, URL-encoded or has the wrong number of parts. Kong has not looked at signature or expiry yet.',
    confirm: [
      'Count the dots: a signed token has two.',
      'Decode the first two parts with base64url; both must be JSON.',
    ],
    fix: ['Send the token as issued: one line, no quotes, after `Bearer ` once.'],
  },
  example: `> GET /orders HTTP/1.1
> Authorization: Bearer Bearer eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Bad token; invalid JSON"}`,
});
