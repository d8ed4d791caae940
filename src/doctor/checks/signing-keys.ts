// signing-keys: the key sets that Kong verifies tokens with can be read and are fit for it.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check, Examination } from '../check.ts';
import { isReference, listed, mapOf, textsIn } from '../gateway-map.ts';
import { type KeySet, type Provider, providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'signing-keys';

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
  const published = 'found' in looked ? looked.found.jwks_uri : undefined;
  const urls = new Map<string, LivePlugin[]>();
  for (const plugin of provider.plugins) {
    const own = textsIn(map.field(plugin, 'jwks_endpoint').value);
    const first = own.length > 0 ? own : textsIn(published);
    for (const url of [...first, ...textsIn(map.field(plugin, 'extra_jwks_uris').value)])
      if (!isReference(url)) urls.set(url, [...(urls.get(url) ?? []), plugin]);
  }
  if (!('found' in looked))
    results.couldNotLook(
      provider.subject,
      'Where its keys are is unknown, since its discovery document was not read (see the discovery check).',
    );
  else if (published === undefined && urls.size === 0)
    results.failed(
      provider.subject,
      'The discovery document names no jwks_uri, so no signed token can be verified.',
      'Add the provider’s key set to config.extra_jwks_uris.',
      'jwks-key-not-found',
    );
  const kids = new Set<string>();
  let isComplete = urls.size > 0;
  for (const [url, plugins] of urls) {
    const keys = await provider.keysAt(url);
    const subject = plugins[0] === undefined || url === published ? provider.subject : map.subjectOf(plugins[0]);
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
      for (const { kid } of keys.found.keys) if (kid !== undefined) kids.add(kid);
    }
  }
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
