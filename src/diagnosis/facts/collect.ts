// Folds observations into facts, one at a time, keeping a bounded number of each kind.
import { detached } from '../intake/part.ts';
import type { Sighting } from '../intake/place.ts';
import { ALL_PHRASES } from '../phrasebook/index.ts';
import { compilePhrases, type PhraseContext, type PhraseMatch } from '../phrasebook/matcher.ts';
import type { Phrase } from '../phrasebook/phrase.ts';
import { backendOf, serializerDigest } from '../readers/lines/serializer-json.ts';
import type {
  EntityType,
  ExchangeObservation,
  LogEntryObservation,
  LoggedRequest,
  OauthErrorObservation,
  Observation,
  StatementObservation,
  TokenObservation,
} from '../readers/observation.ts';
import type { SecretQuestions } from '../redact/redact.ts';
import { compareVersions } from '../versions.ts';
import { buildConfig } from './config.ts';
import { findContrasts } from './contrast.ts';
import type { Exchange, Facts, PhraseSeen, PhraseSighting, VersionSeen } from './facts.ts';
import { type Kept, keyOf, nothingKept, phraseOf } from './kept.ts';
import { presentedKeys } from './presented-keys.ts';
import { isTechnical, sayingsIn } from './said.ts';
import { tokensSeen } from './tokens-seen.ts';
import { type TallyState, TrafficTally } from './traffic.ts';
import { verificationsOf } from './verifications.ts';
import { versionInHeader, versionInProse } from './versions-seen.ts';
import { headerOf, isIdentityProviderCall, whoAnswered } from './who-answered.ts';

/** How many of each kind are kept; beyond, the first ones stay and counts go on. */
const KEPT = {
  exchanges: 300,
  entries: 2000,
  entities: 60_000,
  tokens: 500,
  small: 200,
  statements: 400,
  phrases: 400,
};
const SIGHTINGS_KEPT = 5;
/** Lines between a curl command and its answer, curl's own remarks included. */
const ANSWER_WITHIN_LINES = 60;
/** Lines between a curl command and the status that it prints alone. */
const STATUS_WITHIN = 4;
/** Lines between a pasted Admin API call and the answer that refuses it. */
const REFUSED_WITHIN = 15;

const DOCUMENTS: ReadonlySet<Observation['kind']> = new Set(['discovery', 'introspection', 'node', 'target-health']);

const matcher = compilePhrases(ALL_PHRASES);

interface PhraseFolded {
  readonly phrase: Phrase;
  count: number;
  readonly sightings: PhraseSighting[];
}

/** A phrase that was met, by its key in the phrasebook. */
interface PhraseKept {
  readonly key: string;
  readonly count: number;
  readonly sightings: readonly PhraseSighting[];
}

function byKey({ phrase, count, sightings }: PhraseSeen): PhraseKept {
  return { key: keyOf(phrase), count, sightings };
}

/** Those that this version's phrasebook has. */
function recognised(kept: readonly PhraseKept[] = []): readonly PhraseFolded[] {
  return kept.flatMap(({ key, count, sightings }) => {
    const phrase = phraseOf(key);
    return phrase === undefined ? [] : [{ phrase, count, sightings: [...sightings] }];
  });
}

/** What a collector holds, to go on with. */
export interface CollectorState {
  readonly tally: TallyState;
  readonly kept: Kept;
  readonly phrases: readonly PhraseKept[];
  readonly said: readonly PhraseKept[];
  readonly pasteAt?: number;
}

/** Collects observations of one diagnosis. */
export class FactCollector {
  private readonly tally: TrafficTally;
  private readonly kept: Kept;
  private readonly phrases = new Map<Phrase, PhraseFolded>();
  /** Log entries of the same text are matched once. */
  private readonly entryTexts = new Map<string, readonly PhraseMatch[]>();
  /** What people said in what an earlier collector read; in redacted words it may not be found again. */
  private readonly said: PhraseSeen[] = [];
  private readonly heard: { readonly statements: number; readonly entries: number };
  private pasteAt: number | undefined;
  /** A curl command or a request whose answer has not been seen yet. */
  private asked: ExchangeObservation | undefined;

  /** @param earlier what another collector held; further observations are folded on top of it */
  constructor(earlier?: CollectorState) {
    this.tally = new TrafficTally(earlier?.tally);
    this.kept = earlier?.kept ?? nothingKept();
    this.pasteAt = earlier?.pasteAt;
    this.heard = { statements: this.kept.statements.length, entries: this.kept.entries.length };
    for (const folded of recognised(earlier?.phrases)) this.phrases.set(folded.phrase, folded);
    this.said.push(...recognised(earlier?.said));
  }

  /** All that it holds, as plain values. Texts are as they stood in the paste. */
  state(): CollectorState {
    return {
      tally: this.tally.state(),
      kept: this.kept,
      phrases: [...this.phrases.values()].map(byKey),
      said: this.saidByPeople().map(byKey),
      ...(this.pasteAt === undefined ? {} : { pasteAt: this.pasteAt }),
    };
  }

  /** Takes one observation. */
  add(observation: Observation): void {
    // A document that follows a command is its answer.
    if (DOCUMENTS.has(observation.kind) || (observation.kind === 'key' && observation.form === 'jwk'))
      this.asked = undefined;
    switch (observation.kind) {
      case 'request': {
        const { logged, line, text } = observation;
        if (logged.at !== undefined) this.seeTime(logged.at);
        this.tally.add(logged, () => ({ place: line, excerpt: requestExcerpt(text, logged) }));
        return;
      }
      case 'request-block':
        if (observation.to !== undefined) this.seeTime(observation.to);
        this.tally.addBlock(observation);
        return;
      case 'request-count': {
        const { count, status, source, route, service, consumer, sighting } = observation;
        this.tally.add(
          {
            status,
            ...(source === undefined ? {} : { source }),
            ...(route === undefined ? {} : { route }),
            ...(service === undefined ? {} : { service }),
            ...(consumer === undefined ? {} : { consumer }),
          },
          () => sighting,
          count,
        );
        return;
      }
      case 'exchange':
        this.addExchange(observation);
        return;
      case 'log-entry':
        this.addEntry(observation);
        return;
      case 'entity':
        keep(this.kept.entities, observation, KEPT.entities);
        return;
      case 'setting':
        keep(this.kept.settings, observation, 2000);
        return;
      case 'token':
        this.addToken(observation);
        return;
      case 'key':
        keep(this.kept.keys, observation, KEPT.small);
        return;
      case 'discovery':
        keep(this.kept.discoveries, observation, KEPT.small);
        return;
      case 'introspection':
        keep(this.kept.introspections, observation, KEPT.small);
        return;
      case 'oauth-error':
        this.addOauthError(observation);
        return;
      case 'idp-event':
        keep(this.kept.idpEvents, observation, KEPT.small);
        this.match(
          `${observation.event} ${observation.error ?? ''} ${Object.values(observation.details).join(' ')}`,
          observation.sighting,
          { where: 'error-log' },
          'log',
        );
        return;
      case 'node':
        keep(this.kept.nodes, observation, 2000);
        if (observation.version !== undefined)
          this.addVersion(versionInHeader(`kong/${observation.version}`, observation.sighting));
        return;
      case 'target-health':
        keep(this.kept.targets, observation, 2000);
        return;
      case 'statement':
        this.addStatement(observation);
        return;
      case 'absence':
        keep(this.kept.absences, observation, KEPT.small);
        return;
      case 'unreadable':
        keep(this.kept.unreadable, observation, 50);
        return;
    }
  }

  private seeTime(at: number): void {
    if (this.pasteAt === undefined || at > this.pasteAt) this.pasteAt = at;
  }

  private addVersion(version: VersionSeen | undefined): void {
    if (version === undefined || this.kept.versions.length >= 50) return;
    if (!this.kept.versions.some((seen) => seen.text === version.text)) this.kept.versions.push(version);
  }

  private addExchange(found: ExchangeObservation): void {
    const observation = this.withCommand(found);
    if (observation.at !== undefined) this.seeTime(observation.at);
    const answered = whoAnswered(observation);
    const status = observation.response?.status ?? 0;
    const exchange: Exchange = {
      ...observation,
      answered,
      failed:
        status >= 400 ||
        (status === 0 &&
          (observation.response?.message !== undefined ||
            observation.response?.oauthError !== undefined ||
            observation.response?.challenges.some(({ params }) => params.error !== undefined) === true)),
      toIdentityProvider: isIdentityProviderCall(observation.request, observation.response),
    };
    const server = headerOf(observation.response, 'server') ?? '';
    const via = headerOf(observation.response, 'via') ?? '';
    this.addVersion(versionInHeader(`${server} ${via}`, observation.sighting));
    if (this.kept.exchanges.length < KEPT.exchanges) this.kept.exchanges.push(exchange);
    if (answered.by === 'admin-api' && status >= 400) this.forgetRefused(observation.sighting.place);
    this.matchExchange(exchange);
    this.addErrorOfQuery(exchange);
    const backend = backendOf((name) => headerOf(observation.response, name));
    if (
      observation.form !== 'serializer' &&
      observation.request !== undefined &&
      status > 0 &&
      answered.by !== 'admin-api' &&
      !exchange.toIdentityProvider
    ) {
      this.tally.add(
        {
          status,
          method: observation.request.method,
          path: observation.request.path,
          ...(observation.at === undefined ? {} : { at: observation.at }),
          ...(answered.by === 'kong' || answered.by === 'upstream' ? { source: answered.by } : {}),
          ...(backend === undefined ? {} : { target: backend }),
        },
        () => observation.sighting,
      );
    }
  }

  /** What a call would have made does not exist when the answer below it refuses. */
  private forgetRefused({ source, line }: Sighting['place']): void {
    const at = this.kept.entities.findLastIndex(({ sighting: { place, excerpt } }) => {
      const above = line - place.line;
      return place.source === source && above >= 0 && above <= REFUSED_WITHIN && /\bcurl |^[A-Z]{3,6} \//.test(excerpt);
    });
    if (at !== -1) this.kept.entities.splice(at, 1);
  }

  /** `curl -w '%{http_code}'` prints the status alone, on a line of its own below the command. */
  private answerAlone({ text, sighting }: StatementObservation): boolean {
    const status = /^\s*([1-5]\d\d)\s*$/.exec(text)?.[1];
    const { asked } = this;
    if (status === undefined || asked?.form !== 'curl-command' || asked.request === undefined) return false;
    if (sighting.place.line - asked.sighting.place.line > STATUS_WITHIN) return false;
    this.addExchange({
      kind: 'exchange',
      form: 'transcript',
      sighting,
      statusAt: sighting,
      response: { status: Number(status), headers: [], challenges: [] },
      remarks: [],
    });
    return true;
  }

  /** An answer that stands right after a curl command or a request alone is the answer to it. */
  private withCommand(observation: ExchangeObservation): ExchangeObservation {
    if (
      observation.form === 'curl-command' ||
      (observation.request !== undefined && observation.response === undefined)
    ) {
      this.asked = observation;
      return observation;
    }
    const { asked } = this;
    this.asked = undefined;
    if (asked?.request === undefined || observation.request !== undefined || observation.response === undefined)
      return observation;
    const { source, line } = asked.sighting.place;
    const gap = observation.sighting.place.line - line;
    if (observation.sighting.place.source !== source || gap < 0 || gap > ANSWER_WITHIN_LINES) return observation;
    return { ...observation, request: asked.request, requestAt: asked.sighting };
  }

  private matchExchange(exchange: Exchange): void {
    const { response } = exchange;
    for (const remark of exchange.remarks)
      this.match(remark.excerpt, remark, { where: 'said' }, 'answer', undefined, exchange);
    if (response === undefined || !exchange.failed) return;
    const sighting = exchange.messageAt ?? exchange.statusAt ?? exchange.sighting;
    const component = exchange.answered.plugin;
    const context: PhraseContext = {
      where: 'response-body',
      ...(component === undefined ? {} : { component }),
      ...(response.status > 0 ? { status: response.status } : {}),
      ...this.versionContext(),
    };
    // Kong's own texts prove nothing when the upstream said them; its error code and words still describe the refusal.
    const message = response.message ?? '';
    if (message !== '') this.match(message, sighting, context, 'answer', undefined, exchange);
    for (const { params } of response.challenges)
      if (params.error !== undefined)
        this.match(
          `${params.error}: ${params.error_description ?? ''}`,
          sighting,
          { ...context, where: 'response-header' },
          'answer',
          undefined,
          exchange,
        );
    if (response.body !== undefined && response.body !== message)
      this.match(response.body.slice(0, 20_000), sighting, context, 'answer', undefined, exchange);
  }

  /** A provider sends the browser back with its refusal in the query (RFC 6749 §4.1.2.1). */
  private addErrorOfQuery({ request, requestAt, sighting }: Exchange): void {
    const code = request?.fields.error;
    if (code === undefined || !/^[a-z_]{4,40}$/.test(code) || request?.method !== 'GET') return;
    const description = request.fields.error_description;
    this.addOauthError({
      kind: 'oauth-error',
      sighting: requestAt ?? sighting,
      error: description === undefined ? { code } : { code, description },
      found: 'query',
    });
  }

  private versionContext(): { version?: readonly number[] } {
    const version = this.kept.versions[0]?.parts;
    return version === undefined ? {} : { version };
  }

  private addEntry(entry: LogEntryObservation): void {
    if (entry.at !== undefined) this.seeTime(entry.at);
    keep(this.kept.entries, entry, KEPT.entries);
    const own = entry.product === 'kong' || entry.product === 'nginx';
    const key = own ? entry.text : `${entry.product}\n${entry.text}`;
    const known = this.entryTexts.get(key);
    if (known !== undefined) {
      for (const { phrase, index, length } of known)
        this.foldPhrase(phrase, {
          sighting: entry.sighting,
          words: entry.text.slice(index, index + length),
          gaps: {},
          met: 'log',
          entry,
        });
      return;
    }
    const context: PhraseContext = {
      where: own ? 'error-log' : 'program-log',
      ...(entry.component === undefined ? {} : { component: entry.component }),
      ...this.versionContext(),
    };
    const found = this.match(entry.text, entry.sighting, context, 'log', entry);
    if (this.entryTexts.size < 5000) this.entryTexts.set(key, found);
  }

  private addToken(token: TokenObservation): void {
    const same = this.kept.tokens.findIndex((seen) => seen.secret.fingerprint === token.secret.fingerprint);
    if (same === -1) keep(this.kept.tokens, token, KEPT.tokens);
    else if (this.kept.tokens[same]?.at === undefined && token.at !== undefined) this.kept.tokens[same] = token;
  }

  private addOauthError(observation: OauthErrorObservation): void {
    keep(this.kept.oauthErrors, observation, KEPT.small);
    const { code, description } = observation.error;
    this.match(
      `${code}: ${description ?? ''}`,
      observation.sighting,
      { where: 'response-header' },
      observation.found === 'log' ? 'log' : 'answer',
    );
  }

  private addStatement(statement: StatementObservation): void {
    if (this.answerAlone(statement)) return;
    if (this.kept.statements.length < KEPT.statements) this.kept.statements.push(statement);
    this.addVersion(versionInProse(statement.text, statement.sighting));
    const context = { where: 'said', technical: isTechnical(statement.text), ...this.versionContext() } as const;
    this.match(statement.text, statement.sighting, context, 'said');
  }

  private match(
    text: string,
    sighting: Sighting,
    context: PhraseContext,
    met: PhraseSighting['met'],
    entry?: LogEntryObservation,
    exchange?: Exchange,
  ): readonly PhraseMatch[] {
    const found = matcher.find(text, context);
    for (const { phrase, gaps, index, length } of found) {
      this.foldPhrase(phrase, {
        sighting,
        words: detached(text.slice(index, index + length)),
        gaps,
        met,
        ...(entry === undefined ? {} : { entry }),
        ...(exchange === undefined ? {} : { exchange }),
      });
    }
    return found;
  }

  private foldPhrase(phrase: Phrase, sighting: PhraseSighting): void {
    const folded = this.phrases.get(phrase);
    if (folded === undefined) {
      if (this.phrases.size < KEPT.phrases) this.phrases.set(phrase, { phrase, count: 1, sightings: [sighting] });
      return;
    }
    folded.count++;
    if (folded.sightings.length < SIGHTINGS_KEPT) folded.sightings.push(sighting);
  }

  /** Whether an entity of that type stood in a source. */
  has(type: EntityType, source: string): boolean {
    return this.kept.entities.some((entity) => entity.type === type && entity.sighting.place.source === source);
  }

  private saidByPeople(): readonly PhraseSeen[] {
    const { statements, entries } = this.kept;
    const fresh = sayingsIn([
      ...statements.slice(this.heard.statements),
      ...programWords(entries.slice(this.heard.entries)),
    ]);
    const added = fresh.filter(({ phrase }) => !this.said.some((earlier) => earlier.phrase === phrase));
    return [
      ...this.said.map((earlier) => {
        const again = fresh.find(({ phrase }) => phrase === earlier.phrase);
        return again === undefined ? earlier : { ...earlier, count: earlier.count + again.count };
      }),
      ...added,
    ];
  }

  /**
   * The picture.
   * @param now the caller's instant, ms since 1970, for tokens of a paste without any time
   * @param secrets whom to ask about secrets; without it nothing is checked with anything
   */
  facts(now: number | undefined, secrets?: SecretQuestions): Facts {
    const traffic = this.tally.traffic();
    const version = this.kept.versions[0]?.parts;
    const phrases: readonly PhraseSeen[] = [...this.phrases.values(), ...this.saidByPeople()];
    const config = buildConfig(this.kept.entities, this.kept.settings, version, this.kept.absences);
    const tokens = tokensSeen(this.kept.tokens, this.kept.exchanges, this.pasteAt, now);
    return {
      exchanges: this.kept.exchanges,
      traffic,
      contrasts: findContrasts(traffic),
      phrases,
      entries: this.kept.entries,
      config,
      tokens,
      keys: this.kept.keys,
      verifications: secrets === undefined ? [] : verificationsOf(tokens, config, this.kept.keys, secrets),
      presentedKeys: secrets === undefined ? [] : presentedKeys(this.kept.exchanges, config, secrets),
      discoveries: this.kept.discoveries,
      introspections: this.kept.introspections,
      oauthErrors: this.kept.oauthErrors,
      idpEvents: this.kept.idpEvents,
      nodes: this.kept.nodes,
      targets: this.kept.targets,
      statements: this.kept.statements,
      versions: this.kept.versions,
      atLeast: (text) =>
        version === undefined ? undefined : compareVersions(version, text.split('.').map(Number)) >= 0,
      unreadable: this.kept.unreadable,
    };
  }
}

/** What programs that we do not know write, as sentences: they describe as people do. */
function programWords(entries: readonly LogEntryObservation[]): readonly StatementObservation[] {
  return entries
    .filter(({ product }) => product === 'other')
    .slice(0, KEPT.statements)
    .map(({ sighting, text }) => ({ kind: 'statement', sighting, text: text.slice(0, 2000) }));
}

/** A JSON line hides what counts among a hundred fields, so those that count are written out; other lines stay. */
function requestExcerpt(text: string, logged: LoggedRequest): string {
  const first = text.charCodeAt(0);
  return detached(first === 123 || first === 91 ? serializerDigest(logged) : text.slice(0, 600));
}

function keep<T>(list: T[], item: T, limit: number): void {
  if (list.length < limit) list.push(item);
}
