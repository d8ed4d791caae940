// The observations that a collector keeps as they are, and the keys by which phrases are known again.
import { createHash } from 'node:crypto';
import { ALL_PHRASES } from '../phrasebook/index.ts';
import type { Phrase } from '../phrasebook/phrase.ts';
import type {
  AbsenceObservation,
  DiscoveryObservation,
  EntityObservation,
  IdpEventObservation,
  IntrospectionObservation,
  KeyObservation,
  LogEntryObservation,
  NodeObservation,
  OauthErrorObservation,
  SettingObservation,
  StatementObservation,
  TargetHealthObservation,
  TokenObservation,
  UnreadableObservation,
} from '../readers/observation.ts';
import type { Exchange, VersionSeen } from './facts.ts';
import { SAID } from './said.ts';

/** Lists of observations, each bounded by who fills it. */
export interface Kept {
  readonly exchanges: Exchange[];
  readonly entries: LogEntryObservation[];
  readonly entities: EntityObservation[];
  readonly absences: AbsenceObservation[];
  readonly settings: SettingObservation[];
  readonly tokens: TokenObservation[];
  readonly keys: KeyObservation[];
  readonly discoveries: DiscoveryObservation[];
  readonly introspections: IntrospectionObservation[];
  readonly oauthErrors: OauthErrorObservation[];
  readonly idpEvents: IdpEventObservation[];
  readonly nodes: NodeObservation[];
  readonly targets: TargetHealthObservation[];
  readonly statements: StatementObservation[];
  readonly unreadable: UnreadableObservation[];
  readonly versions: VersionSeen[];
}

/** Empty lists. */
export function nothingKept(): Kept {
  return {
    exchanges: [],
    entries: [],
    entities: [],
    absences: [],
    settings: [],
    tokens: [],
    keys: [],
    discoveries: [],
    introspections: [],
    oauthErrors: [],
    idpEvents: [],
    nodes: [],
    targets: [],
    statements: [],
    unreadable: [],
    versions: [],
  };
}

/** What stays the same when rows are added above; rows that are equal in all of it are counted. */
const KEYS: ReadonlyMap<Phrase, string> = keysOf([...ALL_PHRASES, ...SAID]);
const BY_KEY: ReadonlyMap<string, Phrase> = new Map([...KEYS].map(([phrase, key]) => [key, phrase]));

function keysOf(phrases: readonly Phrase[]): ReadonlyMap<Phrase, string> {
  const times = new Map<string, number>();
  return new Map(
    phrases.map((phrase) => {
      const base = [phrase.component, phrase.where, phrase.points, phrase.text].join('\n');
      const time = (times.get(base) ?? 0) + 1;
      times.set(base, time);
      return [phrase, hashOf(`${base}\n${time}`)];
    }),
  );
}

/** No words: a paste may have a secret that is one of them. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The key of a phrase of the phrasebook. */
export function keyOf(phrase: Phrase): string {
  return KEYS.get(phrase) ?? '';
}

/** The phrase of a key; undefined for one that another version had. */
export function phraseOf(key: string): Phrase | undefined {
  return BY_KEY.get(key);
}
