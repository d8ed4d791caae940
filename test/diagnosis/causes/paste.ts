// What tests of causes ask of a paste: which cause comes first, what it says, and tokens that are really signed.
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import type { CauseName } from '../../../src/diagnosis/names.ts';

/** Diagnoses a text with a fixed key and instant. */
export function diagnosePaste(text: string): Promise<Diagnosis> {
  return diagnose([{ source: 'paste', bytes: text }], {
    key: new Uint8Array(32).fill(3),
    now: Date.parse('2026-11-24T11:10:00Z'),
  });
}

/** The cause that comes first in a paste; undefined when there is none. */
export async function firstCause(text: string): Promise<CauseName | undefined> {
  return (await diagnosePaste(text)).findings[0]?.cause;
}

/** All that the evidence of one cause says, in one text; empty when the cause is not reported. */
export async function saidBy(cause: CauseName, text: string): Promise<string> {
  const finding = (await diagnosePaste(text)).findings.find((found) => found.cause === cause);
  return (finding?.evidence ?? []).map((item) => item.says).join('\n');
}

/** Confidence of one cause in a paste; 0 when it is not reported. */
export async function confidenceOf(cause: CauseName, text: string): Promise<number> {
  return (await diagnosePaste(text)).findings.find((found) => found.cause === cause)?.confidence ?? 0;
}

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Claims of a token that is valid at the tests' instant. */
export const CLAIMS = { iss: 'web-iss', sub: '42', iat: 1795518000, exp: 1795521600 };

/** A token signed with a shared secret (HS256). */
export function hmacToken(secret: string | Buffer, claims: object = CLAIMS, header: object = {}): string {
  const input = `${segment({ alg: 'HS256', typ: 'JWT', ...header })}.${segment(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A key pair made for this run. */
export function rsaPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** A token signed with a private RSA key (RS256). */
export function rsaToken(key: KeyObject, claims: object = CLAIMS, header: object = {}): string {
  const input = `${segment({ alg: 'RS256', typ: 'JWT', ...header })}.${segment(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

/** A public key as PEM. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** A request and Kong's own answer to it. */
export function exchange(header: string, message: string, status = 401, request = 'GET /orders'): string {
  return `> ${request} HTTP/1.1
> Host: api.example.com
> ${header}
>
< HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Unauthorized'}
< Date: Tue, 24 Nov 2026 11:10:00 GMT
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"${message}"}
`;
}
