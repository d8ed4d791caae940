// signing-keys: the key sets that Kong verifies tokens with can be read and are fit for it, now and after a rotation.
import { X509Certificate } from 'node:crypto';
import type { LivePlugin } from '../../kong/read.ts';
import type { Check, Examination } from '../check.ts';
import { listed, mapOf } from '../gateway-map.ts';
import { type KeySet, keyPlacesOf, type Provider, providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'signing-keys';
const DAY = 24 * 60 * 60_000;
const SOON_DAYS = 30;
/** Kong's default is 30 s; above this a rotation is an outage. */
const LONG_REDISCOVERY_S = 300;
/** Kinds of key by the beginning of a signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864). */
const KINDS: Readonly<Record<string, string>> = { RS: 'RSA', PS: 'RSA', ES: 'EC', Ed: 'OKP' };

export const signingKeys: Check = {
  name: NAME,
  title: 'Signing keys can be read',
  async run(examination) {
    const results = new Results(NAME);
    const providers = providersOf(examination);
    await Promise.all(providers.map((provider) => lookAt(provider, examination, results)));
    return results.all(
      providers.length === 0 ? undefined : 'Every key set can be read, and each key has an id of its own.',
    );
  },
};

async function lookAt(provider: Provider, examination: Examination, results: Results): Promise<void> {
  const map = mapOf(examination.gateway);
  const looked = await provider.discovery();
  const { announced, byUrl, referring } = await keyPlacesOf(provider, examination);
  for (const plugin of referring)
    results.couldNotLook(map.subjectOf(plugin), 'A key set is named by a vault reference, which is not resolved here.');
  if (!('found' in looked))
    results.couldNotLook(
      provider.subject,
      'Where its keys are is unknown, since its discovery document was not read (see the discovery check).',
    );
  else if (announced === undefined && byUrl.size === 0)
    results.failed(
      provider.subject,
      'The discovery document names no jwks_uri, so no signed token can be verified.',
      'Add the provider’s key set to config.extra_jwks_uris.',
      'jwks-key-not-found',
    );
  for (const plugin of provider.plugins) lookAtRediscovery(plugin, examination, results);
  const kids = new Set<string>();
  const kinds = new Set<string>();
  let isComplete = byUrl.size > 0 && referring.length === 0;
  for (const [url, plugins] of byUrl) {
    const keys = await provider.keysAt(url);
    const subject = plugins[0] === undefined || url === announced ? provider.subject : map.subjectOf(plugins[0]);
    if (!('found' in keys)) isComplete = false;
    if ('unseen' in keys) results.couldNotLook(subject, `Key set ${url}: ${keys.unseen}`);
    else if ('wrong' in keys)
      results.failed(
        subject,
        keys.wrong,
        'Correct the address; where the provider moved it, drop Kong’s copy of discovery: DELETE /openid-connect/issuers (ends sessions without session_secret).',
        'jwks-key-not-found',
      );
    else {
      judge(keys.found, url, subject, results);
      lookAtEnds(keys.found, url, subject, examination.now, results);
      for (const { kid, kty, use } of keys.found.keys) {
        if (kid !== undefined) kids.add(kid);
        if (use !== 'enc') kinds.add(kty);
      }
    }
  }
  if (isComplete && 'found' in looked)
    lookAtAlgorithms(looked.found.id_token_signing_alg_values_supported ?? [], kinds, provider, examination, results);
  if (isComplete && 'found' in looked) lookUp(kids, looked.found.issuer, examination, provider, results);
}

function judge({ keys }: KeySet, url: string, subject: Provider['subject'], results: Results): void {
  const signing = keys.filter(({ use, kty }) => use !== 'enc' && kty !== 'oct');
  if (signing.length === 0) {
    results.failed(
      subject,
      `The key set ${url} has no key to verify signatures with.`,
      'Look at the provider: its signing keys are not published there.',
      'jwks-key-not-found',
    );
    return;
  }
  const kids = signing.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
  const twice = [...new Set(kids.filter((kid, at) => kids.indexOf(kid) !== at))];
  if (twice.length > 0)
    results.failed(
      subject,
      `The key set ${url} has the kid ${listed(twice)} more than once, so which key is tried is open.`,
      'Have the provider publish each key under an id of its own.',
      'token-signature-invalid',
    );
  if (kids.length < signing.length && signing.length > 1)
    results.failed(
      subject,
      `The key set ${url} has ${signing.length} signing keys, ${signing.length - kids.length} of them without a kid: after a rotation a token cannot say which one it means.`,
      'Have the provider publish its keys with a kid.',
      'jwks-key-not-found',
    );
}

/** An unknown kid makes Kong look again, but not more often than this. */
function lookAtRediscovery(plugin: LivePlugin, { gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const { value } = map.field(plugin, 'rediscovery_lifetime');
  if (typeof value === 'number' && value > LONG_REDISCOVERY_S)
    results.failed(
      map.subjectOf(plugin),
      `rediscovery_lifetime is ${value} s: after the provider has rotated its keys, tokens with the new kid are refused for up to that long.`,
      'Set config.rediscovery_lifetime to 30, Kong’s default: keys are only read again when a kid is unknown.',
      'jwks-key-not-found',
    );
}

/** A provider signs with another key from the end of a key’s certificate on, and some weeks before. */
function lookAtEnds({ keys }: KeySet, url: string, subject: Provider['subject'], now: number, results: Results): void {
  const ends = keys
    .filter(({ use }) => use !== 'enc')
    .map((key) => ({ key, end: endOf(key.x5c?.[0]) }))
    .filter((item): item is { readonly key: KeySet['keys'][number]; readonly end: number } => item.end !== undefined);
  // Another key that lasts is announced already: Kong has it before it is used.
  if (ends.length === 0 || ends.some(({ end }) => end - now > SOON_DAYS * DAY)) return;
  if (keys.some(({ x5c, use }) => x5c === undefined && use !== 'enc')) return;
  const last = ends.reduce((one, other) => (other.end > one.end ? other : one));
  const days = Math.floor((last.end - now) / DAY);
  results.failed(
    subject,
    `The certificate of the key ${last.key.kid ?? 'without a kid'} in ${url} ${days < 0 ? 'ended' : `ends in ${days} ${days === 1 ? 'day' : 'days'}`} (${new Date(last.end).toISOString().slice(0, 10)}), and no later key is published: a rotation is due.`,
    'Ask the provider for the day. If tokens are refused afterwards, drop Kong’s copy of the keys: DELETE /openid-connect/issuers (ends sessions without session_secret).',
  );
}

/** ms since 1970; undefined where there is no certificate that can be read. */
function endOf(certificate: string | undefined): number | undefined {
  if (certificate === undefined) return undefined;
  try {
    const end = Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo);
    return Number.isNaN(end) ? undefined : end;
  } catch {
    // Kong takes the key from n and e, so a certificate that cannot be read matters to nobody.
    return undefined;
  }
}

function lookAtAlgorithms(
  announced: readonly string[],
  kinds: ReadonlySet<string>,
  { plugins, subject }: Provider,
  { gateway }: Examination,
  results: Results,
): void {
  const map = mapOf(gateway);
  const used = announced.filter((name) => name !== 'none');
  if (used.length === 0) return;
  const wanted = [...new Set(used.flatMap((name) => KINDS[name.slice(0, 2)] ?? []))];
  if (used.every((name) => name.startsWith('HS'))) {
    for (const plugin of plugins)
      if (map.field(plugin, 'enable_hs_signatures').value === false)
        results.failed(
          map.subjectOf(plugin),
          `The provider signs with ${listed(used)} only, which Kong does not take while enable_hs_signatures is false.`,
          'Let the provider sign with RS256 or ES256; or set config.enable_hs_signatures to true, if nobody else knows the client secret.',
          'token-algorithm-mismatch',
        );
  } else if (wanted.length > 0 && kinds.size > 0 && !wanted.some((kind) => kinds.has(kind)))
    results.failed(
      subject,
      `The provider signs with ${listed(used, 6)}, and its key sets hold only keys of the kind ${listed([...kinds])}.`,
      'Look at the provider: the keys that it signs with are not published.',
      'jwks-key-not-found',
    );
}

/** Tokens that were seen lately must find their key. */
function lookUp(
  kids: ReadonlySet<string>,
  issuer: string,
  { tokens = [] }: Examination,
  { subject }: Provider,
  results: Results,
): void {
  const missing = tokens.flatMap((token) =>
    token.issuer === issuer && token.kid !== undefined && !kids.has(token.kid) ? [token.kid] : [],
  );
  if (missing.length > 0)
    results.failed(
      subject,
      `Recent tokens of this issuer name the kid ${listed([...new Set(missing)])}, which its key sets do not have.`,
      'The provider has dropped that key: clients need new tokens; where Kong still accepts the old ones, it has not rediscovered yet.',
      'jwks-key-not-found',
    );
}
