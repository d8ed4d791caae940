// Facts: everything that a cause may look at, and nothing else. Bounded, whatever the size of the input.
import type { Sighting } from '../intake/place.ts';
import type { Answerer, Dimension } from '../names.ts';
import type { Phrase } from '../phrasebook/phrase.ts';
import type {
  AbsenceObservation,
  Credential,
  DiscoveryObservation,
  EntityObservation,
  EntityType,
  ExchangeObservation,
  IdpEventObservation,
  IntrospectionObservation,
  KeyObservation,
  LogEntryObservation,
  LoggedRequest,
  NodeObservation,
  OauthErrorObservation,
  SettingObservation,
  StatementObservation,
  TargetHealthObservation,
  TokenObservation,
  UnreadableObservation,
} from '../readers/observation.ts';
import type { Difference } from '../redact/difference.ts';
import type { SecretReading } from '../redact/signature.ts';

/** Who made an answer, and the line or header that says so. */
export interface Answered {
  readonly by: Answerer;
  /** 0 to 1: 1 for a header or field that says so, less for a guess by the body's form. */
  readonly sure: number;
  /** One sentence. */
  readonly because: string;
  readonly sighting: Sighting;
  /** The plugin that ended the request, when the evidence names it. */
  readonly plugin?: string;
  /** How the plugin is known. */
  readonly pluginBecause?: string;
}

export interface Exchange extends ExchangeObservation {
  readonly answered: Answered;
  /** Status 400 or more, or a body that can only be an error. */
  readonly failed: boolean;
  /** A token endpoint, authorize endpoint, introspection or JWKS call: not a call of an API. */
  readonly toIdentityProvider: boolean;
}

/** Where a phrase was met. */
export interface PhraseSighting {
  readonly sighting: Sighting;
  /** The words that were recognised, as they stand there. */
  readonly words?: string;
  /** Text of each {gap}. */
  readonly gaps: Readonly<Record<string, string>>;
  /** `log`: in a log entry; `answer`: in a response; `said`: in a person's prose or an unknown line. */
  readonly met: 'log' | 'answer' | 'said';
  readonly entry?: LogEntryObservation;
  readonly exchange?: Exchange;
}

export interface PhraseSeen {
  readonly phrase: Phrase;
  readonly count: number;
  /** At most 5 kept. */
  readonly sightings: readonly PhraseSighting[];
}

export interface Tally {
  readonly value: string;
  readonly total: number;
  readonly failed: number;
}

export interface Traffic {
  readonly requests: number;
  /** Status 400, 401 or 403 (what this tool is about). */
  readonly failed: number;
  readonly from?: number;
  readonly to?: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Per dimension the values with most requests, at most 500. */
  readonly byDimension: Readonly<Record<Dimension, readonly Tally[]>>;
  /** Requests and failures by answerer (`kong`, `upstream`) where the log says. */
  readonly failedBy: Readonly<Partial<Record<Answerer, number>>>;
  /** Failures per status and answerer, as `401 kong`. */
  readonly failedByStatusAndAnswerer: Readonly<Record<string, number>>;
  /** Equal slices of the time from..to. */
  readonly overTime: readonly { readonly total: number; readonly failed: number }[];
  /** A few failing requests kept whole, spread over the distinct shapes of failure; and a few successes. */
  readonly examples: readonly { readonly sighting: Sighting; readonly logged: LoggedRequest }[];
  /** Failures of other kinds (404, 429, 499, 5xx), a few. */
  readonly others: readonly { readonly sighting: Sighting; readonly logged: LoggedRequest }[];
  readonly successes: readonly { readonly sighting: Sighting; readonly logged: LoggedRequest }[];
}

/** One dimension that separates failures from successes. */
export interface Contrast {
  readonly dimension: Dimension;
  readonly value: string;
  readonly failedWith: number;
  readonly totalWith: number;
  readonly failedWithout: number;
  readonly totalWithout: number;
  /** Fisher's exact test, two-sided, after the correction for all comparisons made. */
  readonly p: number;
  /** All failures have the value and (nearly) none without: explains the whole. */
  readonly complete: boolean;
  /** `partner-acme: 14 of 14 failed; all others: 0 of 106`. */
  readonly figures: string;
  /** A failing example. */
  readonly sighting: Sighting;
}

/** A config entity with what it is attached to resolved as far as the paste allows. */
export type Entity = EntityObservation;

/** A plugin that is configured, with the values that apply. */
export interface PluginMet {
  readonly entity: Entity;
  readonly name: string;
  readonly enabled: boolean;
  /** The value of a config field: as given, else the default of the version seen. */
  field(path: string): FieldMet;
  readonly priority: number;
}

export interface FieldMet {
  readonly value: unknown;
  /** `given` in the paste, the `default` of the version seen, or `unknown`. */
  readonly from: 'given' | 'default' | 'unknown';
  readonly sighting: Sighting;
}

export interface Config {
  readonly entities: readonly Entity[];
  readonly ofType: (type: EntityType) => readonly Entity[];
  readonly plugins: readonly PluginMet[];
  readonly pluginsNamed: (...names: readonly string[]) => readonly PluginMet[];
  /** What the gateway says that it has none of. */
  readonly absences: readonly AbsenceObservation[];
  readonly settings: readonly SettingObservation[];
  /** The last value given of a kong.conf setting. */
  readonly setting: (name: string) => SettingObservation | undefined;
}

/** A token, with the instant it is judged by. */
export interface TokenSeen {
  readonly token: TokenObservation;
  /** Milliseconds since 1970; undefined when neither the paste nor the caller gives a time. */
  readonly judgedAt?: number;
  readonly judgedBy: 'exchange' | 'paste' | 'now' | 'nothing';
  /** Seconds, negative when past; undefined without exp or without a time. */
  readonly expiresInSeconds?: number;
  /** Seconds until nbf (or iat) when that is still ahead. */
  readonly startsInSeconds?: number;
  /** The exchange that carries it in its request. */
  readonly exchange?: Exchange;
}

/** A token of the paste checked with a key of the paste. Neither is here, only what came of it. */
export interface Verification {
  readonly token: TokenSeen;
  readonly key: {
    /** In words, as the object of a sentence: `the secret of the jwt credential web-iss`, `JWT_SECRET`. */
    readonly name: string;
    readonly from: 'jwt-credential' | 'jwks' | 'pem' | 'environment';
    readonly sighting: Sighting;
    /** What is configured for it. */
    readonly algorithm?: string;
  };
  /** `named`: by iss or kid; `only`: the paste has no other of its kind; `other`: nothing says that it belongs. */
  readonly belongs: 'named' | 'only' | 'other';
  /** How the key belongs to the token, the rest of a sentence that begins with the key. */
  readonly because: string;
  /** `verifies-otherwise`: only when the secret is read in another way than the configuration says (`reading`). */
  readonly outcome: 'verifies' | 'verifies-otherwise' | 'does-not-verify' | 'algorithm-differs';
  readonly reading?: SecretReading;
  /** The ways in which a secret was read in vain. */
  readonly tried?: readonly SecretReading[];
  /** A published secret that the token is signed with instead. */
  readonly signedWith?: string;
  /** Whether the signature is whole: of its algorithm's length and not made up. */
  readonly whole: boolean;
}

/** A key or password that a request presents, beside the credential of the paste that it comes nearest to. */
export interface PresentedKey {
  readonly exchange: Exchange;
  readonly credential: Credential;
  readonly known: {
    /** In words, as the object of a sentence. */
    readonly name: string;
    readonly sighting: Sighting;
    /** Whose credential it is. */
    readonly consumer?: string;
  };
  /** `absent`: no pasted credential has this user name. */
  readonly difference: Difference | 'absent';
}

export interface VersionSeen {
  /** As written: 3.9.3, 3.14.0.2-enterprise-edition. */
  readonly text: string;
  /** Numbers alone: [3,14,0,2]. */
  readonly parts: readonly number[];
  readonly sighting: Sighting;
}

export interface Facts {
  readonly exchanges: readonly Exchange[];
  readonly traffic: Traffic;
  readonly contrasts: readonly Contrast[];
  readonly phrases: readonly PhraseSeen[];
  readonly entries: readonly LogEntryObservation[];
  readonly config: Config;
  readonly tokens: readonly TokenSeen[];
  readonly keys: readonly KeyObservation[];
  /** Tokens checked with the keys that stand beside them. */
  readonly verifications: readonly Verification[];
  /** Keys and passwords of requests compared with the pasted credentials. */
  readonly presentedKeys: readonly PresentedKey[];
  readonly discoveries: readonly DiscoveryObservation[];
  readonly introspections: readonly IntrospectionObservation[];
  readonly oauthErrors: readonly OauthErrorObservation[];
  readonly idpEvents: readonly IdpEventObservation[];
  readonly nodes: readonly NodeObservation[];
  readonly targets: readonly TargetHealthObservation[];
  /** What people wrote, in order; bounded. */
  readonly statements: readonly StatementObservation[];
  readonly versions: readonly VersionSeen[];
  /** Whether the version seen is at least this; undefined when no version was seen. */
  readonly atLeast: (version: string) => boolean | undefined;
  readonly unreadable: readonly UnreadableObservation[];
}
