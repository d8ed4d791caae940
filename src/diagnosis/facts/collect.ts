// Folds observations into facts, one at a time, keeping a bounded number of each kind.
import { detached } from '../intake/part.ts';
import type { Sighting } from '../intake/place.ts';
import { ALL_PHRASES } from '../phrasebook/index.ts';
import { compilePhrases, type PhraseContext, type PhraseMatch } from '../phrasebook/matcher.ts';
import type { Phrase } from '../phrasebook/phrase.ts';
import { backendOf, serializerDigest } from '../readers/lines/serializer-json.ts';
import type {
  DiscoveryObservation,
  EntityObservation,
  ExchangeObservation,
  IdpEventObservation,
  IntrospectionObservation,
  KeyObservation,
  LogEntryObservation,
  LoggedRequest,
  NodeObservation,
  OauthErrorObservation,
  Observation,
  SettingObservation,
  StatementObservation,
  TargetHealthObservation,
  TokenObservation,
  UnreadableObservation,
} from '../readers/observation.ts';
import type { SecretQuestions } from '../redact/redact.ts';
import { compareVersions } from '../versions.ts';
import { buildConfig } from './config.ts';
import { findContrasts } from './contrast.ts';
import type { Exchange, Facts, PhraseSeen, PhraseSighting, VersionSeen } from './facts.ts';
import { presentedKeys } from './presented-keys.ts';
import { isTechnical, sayingsIn } from './said.ts';
import { tokensSeen } from './tokens-seen.ts';
import { TrafficTally } from './traffic.ts';
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

/** Collects observations of one diagnosis. */
export class FactCollector {
  private readonly tally = new TrafficTally();
  private readonly exchanges: Exchange[] = [];
  private readonly entries: LogEntryObservation[] = [];
  private readonly entities: EntityObservation[] = [];
  private readonly settings: SettingObservation[] = [];
  private readonly tokens: TokenObservation[] = [];
  private readonly keys: KeyObservation[] = [];
  private readonly discoveries: DiscoveryObservation[] = [];
  private readonly introspections: IntrospectionObservation[] = [];
  private readonly oauthErrors: OauthErrorObservation[] = [];
  private readonly idpEvents: IdpEventObservation[] = [];
  private readonly nodes: NodeObservation[] = [];
  private readonly targets: TargetHealthObservation[] = [];
  private readonly statements: StatementObservation[] = [];
  private readonly unreadable: UnreadableObservation[] = [];
  private readonly versions: VersionSeen[] = [];
  private readonly phrases = new Map<Phrase, PhraseFolded>();
  /** Log entries of the same text are matched once. */
  private readonly entryTexts = new Map<string, readonly PhraseMatch[]>();
  private pasteAt: number | undefined;
  /** A curl command or a request whose answer has not been seen yet. */
  private asked: ExchangeObservation | undefined;

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
        keep(this.entities, observation, KEPT.entities);
        return;
      case 'setting':
        keep(this.settings, observation, 2000);
        return;
      case 'token':
        this.addToken(observation);
        return;
      case 'key':
        keep(this.keys, observation, KEPT.small);
        return;
      case 'discovery':
        keep(this.discoveries, observation, KEPT.small);
        return;
      case 'introspection':
        keep(this.introspections, observation, KEPT.small);
        return;
      case 'oauth-error':
        this.addOauthError(observation);
        return;
      case 'idp-event':
        keep(this.idpEvents, observation, KEPT.small);
        this.match(
          `${observation.event} ${observation.error ?? ''} ${Object.values(observation.details).join(' ')}`,
          observation.sighting,
          { where: 'error-log' },
          'log',
        );
        return;
      case 'node':
        keep(this.nodes, observation, 2000);
        if (observation.version !== undefined)
          this.addVersion(versionInHeader(`kong/${observation.version}`, observation.sighting));
        return;
      case 'target-health':
        keep(this.targets, observation, 2000);
        return;
      case 'statement':
        this.addStatement(observation);
        return;
      case 'unreadable':
        keep(this.unreadable, observation, 50);
        return;
    }
  }

  private seeTime(at: number): void {
    if (this.pasteAt === undefined || at > this.pasteAt) this.pasteAt = at;
  }

  private addVersion(version: VersionSeen | undefined): void {
    if (version === undefined || this.versions.length >= 50) return;
    if (!this.versions.some((seen) => seen.text === version.text)) this.versions.push(version);
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
    if (this.exchanges.length < KEPT.exchanges) this.exchanges.push(exchange);
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
    const at = this.entities.findLastIndex(({ sighting: { place, excerpt } }) => {
      const above = line - place.line;
      return place.source === source && above >= 0 && above <= REFUSED_WITHIN && /\bcurl |^[A-Z]{3,6} \//.test(excerpt);
    });
    if (at !== -1) this.entities.splice(at, 1);
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
    const version = this.versions[0]?.parts;
    return version === undefined ? {} : { version };
  }

  private addEntry(entry: LogEntryObservation): void {
    if (entry.at !== undefined) this.seeTime(entry.at);
    keep(this.entries, entry, KEPT.entries);
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
    const same = this.tokens.findIndex((seen) => seen.secret.fingerprint === token.secret.fingerprint);
    if (same === -1) keep(this.tokens, token, KEPT.tokens);
    else if (this.tokens[same]?.at === undefined && token.at !== undefined) this.tokens[same] = token;
  }

  private addOauthError(observation: OauthErrorObservation): void {
    keep(this.oauthErrors, observation, KEPT.small);
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
    if (this.statements.length < KEPT.statements) this.statements.push(statement);
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

  /**
   * The picture.
   * @param now the caller's instant, ms since 1970, for tokens of a paste without any time
   * @param secrets whom to ask about secrets; without it nothing is checked with anything
   */
  facts(now: number | undefined, secrets?: SecretQuestions): Facts {
    const traffic = this.tally.traffic();
    const version = this.versions[0]?.parts;
    const phrases: readonly PhraseSeen[] = [
      ...this.phrases.values(),
      ...sayingsIn([...this.statements, ...programWords(this.entries)]),
    ];
    const config = buildConfig(this.entities, this.settings, version);
    const tokens = tokensSeen(this.tokens, this.exchanges, this.pasteAt, now);
    return {
      exchanges: this.exchanges,
      traffic,
      contrasts: findContrasts(traffic),
      phrases,
      entries: this.entries,
      config,
      tokens,
      keys: this.keys,
      verifications: secrets === undefined ? [] : verificationsOf(tokens, config, this.keys, secrets),
      presentedKeys: secrets === undefined ? [] : presentedKeys(this.exchanges, config, secrets),
      discoveries: this.discoveries,
      introspections: this.introspections,
      oauthErrors: this.oauthErrors,
      idpEvents: this.idpEvents,
      nodes: this.nodes,
      targets: this.targets,
      statements: this.statements,
      versions: this.versions,
      atLeast: (text) =>
        version === undefined ? undefined : compareVersions(version, text.split('.').map(Number)) >= 0,
      unreadable: this.unreadable,
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
