// Tokens of the paste checked with the keys of the paste: which key, how it belongs to the token, and what came of it.
import type { Sighting } from '../intake/place.ts';
import { isSigningSecret } from '../readers/configs/environment.ts';
import type { EntityObservation, KeyObservation } from '../readers/observation.ts';
import type { SecretQuestions } from '../redact/redact.ts';
import type { SecretReading, SignatureCheck } from '../redact/signature.ts';
import type { Config, TokenSeen, Verification } from './facts.ts';

/** Tokens and keys that are checked with each other at most; a paste with more is a key server's dump. */
const TOKENS = 40;
const KEYS = 60;

/** A key of the paste that may verify tokens. */
interface Candidate {
  readonly name: string;
  readonly from: Verification['key']['from'];
  readonly sighting: Sighting;
  readonly key: { readonly secret: string } | { readonly publicKey: string };
  /** What makes two candidates the same key. */
  readonly identity: string;
  /** The algorithm that is configured for it; the token must have the same. */
  readonly algorithm?: string;
  readonly reading?: SecretReading;
  readonly kid?: string;
  /** A jwt credential's `key`, compared with the claim that names it. */
  readonly issuer?: string;
}

/** Checks every signed token with every key that may belong to it. */
export function verificationsOf(
  tokens: readonly TokenSeen[],
  config: Config,
  keys: readonly KeyObservation[],
  secrets: SecretQuestions,
): readonly Verification[] {
  const candidates = [...credentialsOf(config, keys), ...keysOf(config, keys), ...environmentOf(config)].slice(0, KEYS);
  if (candidates.length === 0) return [];
  const claim = claimThatNames(config);
  return tokens
    .filter(({ token }) => token.form === 'jwt' && typeof token.header?.alg === 'string')
    .slice(0, TOKENS)
    .flatMap((seen) => candidates.flatMap((candidate) => verified(seen, candidate, candidates, claim, secrets) ?? []));
}

function verified(
  seen: TokenSeen,
  candidate: Candidate,
  all: readonly Candidate[],
  claim: string,
  secrets: SecretQuestions,
): Verification | undefined {
  const { token } = seen;
  const { fingerprint } = token.secret;
  const alg = String(token.header?.alg);
  const belongs = belonging(seen, candidate, all, claim, alg);
  const check = secrets.checkSignature(fingerprint, candidate.key, candidate.reading);
  const base = {
    token: seen,
    key: {
      name: candidate.name,
      from: candidate.from,
      sighting: candidate.sighting,
      ...(candidate.algorithm === undefined ? {} : { algorithm: candidate.algorithm }),
    },
    belongs: belongs.sure,
    because: belongs.because,
    whole: secrets.isWholeSignature(fingerprint) === true,
  };
  if (candidate.algorithm !== undefined && candidate.algorithm !== alg && belongs.sure === 'named')
    return { ...base, outcome: 'algorithm-differs' };
  if (check === undefined) return undefined;
  if ('unfit' in check) return belongs.sure === 'named' ? { ...base, outcome: 'algorithm-differs' } : undefined;
  return { ...base, ...outcomeOf(check, candidate) };
}

function outcomeOf(
  check: Exclude<SignatureCheck, { unfit: unknown }>,
  candidate: Candidate,
): Pick<Verification, 'outcome' | 'reading' | 'tried' | 'signedWith'> {
  if (!check.verifies)
    return {
      outcome: 'does-not-verify',
      tried: check.tried,
      ...(check.demo === undefined ? {} : { signedWith: check.demo }),
    };
  const asConfigured = check.reading === 'as it is' || check.reading === (candidate.reading ?? 'as text');
  return asConfigured ? { outcome: 'verifies' } : { outcome: 'verifies-otherwise', reading: check.reading };
}

/** Whether this key is the one for this token: by name, because there is no other, or not known to be. */
function belonging(
  { token }: TokenSeen,
  candidate: Candidate,
  all: readonly Candidate[],
  claim: string,
  alg: string,
): { readonly sure: Verification['belongs']; readonly because: string } {
  if (candidate.issuer !== undefined) {
    const named = token.claims?.[claim] ?? token.header?.[claim];
    return named === candidate.issuer
      ? { sure: 'named', because: `its key is the token’s ${claim}` }
      : { sure: 'other', because: `its key is not the token’s ${claim}` };
  }
  const kid = token.header?.kid;
  if (candidate.kid !== undefined && typeof kid === 'string')
    return candidate.kid === kid
      ? { sure: 'named', because: 'it has the token’s kid' }
      : { sure: 'other', because: 'it has another kid' };
  const rivals = new Set(all.filter((other) => isFor(alg, other)).map((other) => other.identity));
  if (isFor(alg, candidate) && rivals.size === 1)
    return { sure: 'only', because: 'it is the only such key of the paste' };
  return { sure: 'other', because: 'the paste has several keys' };
}

/** Whether a key is of the kind that an algorithm needs: shared secrets for HS, public keys for the rest. */
function isFor(alg: string, candidate: Candidate): boolean {
  return alg.startsWith('HS') === 'secret' in candidate.key;
}

/** The claim by which the jwt plugin finds the credential (`key_claim_name`, default iss). */
function claimThatNames(config: Config): string {
  const [plugin] = config.pluginsNamed('jwt');
  const name = plugin?.field('key_claim_name').value;
  return typeof name === 'string' && name !== '' ? name : 'iss';
}

/** Credentials of the jwt plugin. `secret_is_base64` decodes the key before it is used (Kong 1.0 to 3.9 jwt handler). */
function credentialsOf(config: Config, keys: readonly KeyObservation[]): readonly Candidate[] {
  const decodes = config.pluginsNamed('jwt').some((plugin) => plugin.field('secret_is_base64').value === true);
  return config.ofType('jwt-credential').flatMap((entity): readonly Candidate[] => {
    const issuer = entity.fields.key;
    if (typeof issuer !== 'string') return [];
    const algorithm = typeof entity.fields.algorithm === 'string' ? entity.fields.algorithm : 'HS256';
    const base = { from: 'jwt-credential', issuer, algorithm } as const;
    if (algorithm.startsWith('HS')) {
      const secret = fingerprintIn(entity.fields.secret);
      if (secret === undefined) return [];
      const name = `the secret of the jwt credential ${issuer}`;
      return [
        {
          ...base,
          name,
          sighting: entity.lines.secret ?? entity.sighting,
          key: { secret },
          identity: secret,
          ...(decodes ? { reading: 'base64-decoded' as const } : {}),
        },
      ];
    }
    const loaded = publicKeyOf(entity, keys);
    if (loaded?.publicKey === undefined) return [];
    const name = `the rsa_public_key of the jwt credential ${issuer}`;
    return [
      { ...base, name, sighting: loaded.sighting, key: { publicKey: loaded.publicKey }, identity: loaded.publicKey },
    ];
  });
}

/** The key that the reader loaded from this credential: the one that stands at its field's place. */
function publicKeyOf(entity: EntityObservation, keys: readonly KeyObservation[]): KeyObservation | undefined {
  const place = entity.lines.rsa_public_key?.place;
  return place === undefined ? undefined : keys.find((key) => isAt(key, place));
}

function isAt(key: KeyObservation, place: Sighting['place']): boolean {
  return key.sighting.place.source === place.source && key.sighting.place.line === place.line;
}

/** Keys of key sets, public keys and certificates that are no credential's. */
function keysOf(config: Config, keys: readonly KeyObservation[]): readonly Candidate[] {
  const owned = config.ofType('jwt-credential').flatMap((entity) => entity.lines.rsa_public_key?.place ?? []);
  return keys
    .filter(
      (key) => key.use !== 'enc' && /^(?:[HRPE]S|Ed|$)/.test(key.alg ?? '') && !owned.some((place) => isAt(key, place)),
    )
    .flatMap((key): readonly Candidate[] => {
      const base = {
        from: key.form === 'jwk' ? ('jwks' as const) : ('pem' as const),
        name: nameOf(key),
        sighting: key.sighting,
        ...(key.kid === undefined ? {} : { kid: key.kid }),
        ...(key.alg === undefined ? {} : { algorithm: key.alg }),
      };
      if (key.publicKey !== undefined) return [{ ...base, key: { publicKey: key.publicKey }, identity: key.publicKey }];
      if (key.secret === undefined) return [];
      const secret = key.secret.fingerprint;
      return [{ ...base, key: { secret }, identity: secret, reading: 'base64-decoded' }];
    });
}

function nameOf(key: KeyObservation): string {
  if (key.form === 'certificate') return 'the key of the pasted certificate';
  if (key.form === 'public-key') return 'the pasted public key';
  return key.kid === undefined ? 'the key of the pasted JWKS' : `the key ${key.kid} of the pasted JWKS`;
}

/** Secrets of GoTrue, PostgREST and others that stand in environment material. */
function environmentOf(config: Config): readonly Candidate[] {
  const decodes = config.settings.some(
    ({ name, value }) => name.endsWith('JWT_SECRET_IS_BASE64') && /^(?:true|1|yes|on)$/i.test(value),
  );
  return config.settings
    .filter(({ name }) => isSigningSecret(name))
    .flatMap(({ name, value, sighting }): readonly Candidate[] => {
      const secret = fingerprintIn(value);
      if (secret === undefined) return [];
      const reading = decodes && name.startsWith('PGRST_') ? { reading: 'base64-decoded' as const } : {};
      return [{ from: 'environment', name, sighting, key: { secret }, identity: secret, ...reading }];
    });
}

/** The fingerprint in a replaced value (`[jwt-secret fp:1f2e3d4c]`). */
export function fingerprintIn(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\[[a-z-]{3,20} (fp:[0-9a-f]{8})\]$/.exec(value)?.[1] : undefined;
}
