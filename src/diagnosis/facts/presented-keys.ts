// Keys and passwords that a request presents, compared with the credentials of the paste: equal, nearly equal, or another.
import type { Sighting } from '../intake/place.ts';
import { isApiKeyVariable } from '../readers/configs/environment.ts';
import type { Credential, EntityObservation } from '../readers/observation.ts';
import type { SecretQuestions } from '../redact/redact.ts';
import type { Config, Exchange, PresentedKey } from './facts.ts';
import { fingerprintIn } from './verifications.ts';

/** Exchanges that are looked at; a paste with more repeats itself. */
const EXCHANGES = 60;
const KNOWN = 500;

interface KnownKey {
  readonly name: string;
  readonly fingerprint: string;
  readonly sighting: Sighting;
  readonly consumer?: string;
}

/** Compares what requests present with what the paste shows of Kong's credentials; the nearest one of each. */
export function presentedKeys(
  exchanges: readonly Exchange[],
  config: Config,
  secrets: SecretQuestions,
): readonly PresentedKey[] {
  const keys = knownKeys(config).slice(0, KNOWN);
  const passwords = config.ofType('basic-auth-credential').slice(0, KNOWN);
  return exchanges.slice(0, EXCHANGES).flatMap((exchange) =>
    (exchange.request?.credentials ?? []).flatMap((credential): readonly PresentedKey[] => {
      const found =
        credential.scheme === 'basic'
          ? nearestPassword(credential, passwords, secrets)
          : credential.scheme === 'api-key'
            ? nearestKey(credential, keys, secrets)
            : undefined;
      return found === undefined ? [] : [{ exchange, credential, ...found }];
    }),
  );
}

type Nearest = Pick<PresentedKey, 'known' | 'difference'>;

function nearestKey(credential: Credential, known: readonly KnownKey[], secrets: SecretQuestions): Nearest | undefined {
  const presented = credential.secret?.fingerprint;
  if (presented === undefined) return undefined;
  const compared = known.flatMap((key) => {
    const { fingerprint, ...shown } = key;
    const difference = secrets.difference(presented, fingerprint);
    return difference === undefined ? [] : [{ known: shown, difference }];
  });
  return nearest(compared);
}

function nearest(compared: readonly Nearest[]): Nearest | undefined {
  const isBetter = (difference: PresentedKey['difference']): number =>
    difference === 'equal' ? 0 : difference === 'another' ? 2 : 1;
  return [...compared].sort((one, other) => isBetter(one.difference) - isBetter(other.difference))[0];
}

/** The credential of the same user name; without one, that there is none. */
function nearestPassword(
  credential: Credential,
  known: readonly EntityObservation[],
  secrets: SecretQuestions,
): Nearest | undefined {
  const [first] = known;
  const { username, password } = credential;
  if (first === undefined || username === undefined) return undefined;
  const entity = known.find(({ fields }) => fields.username === username);
  if (entity === undefined)
    return {
      known: { name: `a basic-auth credential of ${username}`, sighting: first.sighting },
      difference: 'absent',
    };
  const fingerprint = fingerprintIn(entity.fields.password);
  if (fingerprint === undefined || password === undefined) return undefined;
  const { consumer } = entity.scope;
  // Kong hashes a password together with the id of its consumer.
  const difference = secrets.difference(password.fingerprint, fingerprint, consumer);
  const sighting = entity.lines.password ?? entity.sighting;
  const owned = { name: `the password of ${username}`, sighting, ...(consumer === undefined ? {} : { consumer }) };
  return difference === undefined ? undefined : { known: owned, difference };
}

/** Keys of key-auth, those that they refer to (`$ANON_KEY`), and, without any, the keys of the environment. */
function knownKeys(config: Config): readonly KnownKey[] {
  const variables = config.settings.flatMap(({ name, value, sighting }): readonly KnownKey[] => {
    const fingerprint = isApiKeyVariable(name) ? fingerprintIn(value) : undefined;
    return fingerprint === undefined ? [] : [{ name, fingerprint, sighting }];
  });
  const entities = config.ofType('key-auth-credential');
  if (entities.length === 0) return variables;
  return entities.flatMap((entity): readonly KnownKey[] => {
    const sighting = entity.lines.key ?? entity.sighting;
    const fingerprint = fingerprintIn(entity.fields.key);
    const name = `the key-auth credential of ${entity.scope.consumer ?? 'the paste'}`;
    const { consumer } = entity.scope;
    if (fingerprint !== undefined)
      return [{ name, fingerprint, sighting, ...(consumer === undefined ? {} : { consumer }) }];
    const variable = referredTo(String(entity.fields.key ?? ''));
    return variables.filter((known) => variable?.endsWith(known.name));
  });
}

/** The variable in `$X`, `${X}` and `{vault://env/x}`. */
function referredTo(key: string): string | undefined {
  const name = /^\$\{?([A-Z0-9_]{3,80})\}?$/i.exec(key)?.[1] ?? /^\{vault:\/\/env\/([\w-]{3,80})\}$/.exec(key)?.[1];
  return name?.toUpperCase().replaceAll('-', '_');
}
