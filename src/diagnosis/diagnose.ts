// The one door: inputs in, Diagnosis out. Everything that touches the world (clock, key, files) is an argument.
import { CAUSES } from './causes/index.ts';
import type { Diagnosis, Evidence, Finding, InputSeen, Remedy, SecretSeen } from './diagnosis.ts';
import { FactCollector } from './facts/collect.ts';
import type { Facts } from './facts/facts.ts';
import { type Material, packed, unpacked } from './facts/material.ts';
import { subjectsOf } from './facts/subjects.ts';
import { unwrap } from './intake/containers.ts';
import { decodeInput, type InputBytes } from './intake/decode.ts';
import { LineCutter, type LinesTaken, type RawLine } from './intake/lines.ts';
import { logLinesOf } from './intake/log-export.ts';
import type { Line } from './intake/part.ts';
import type { Sighting } from './intake/place.ts';
import { isFence, undoPasting, withoutInlineFence } from './intake/slack-text.ts';
import { splitRun } from './intake/split.ts';
import { knownIssuesIn } from './known-issues/issues-for.ts';
import { hopOf, type InputKind } from './names.ts';
import { lineReaders, readPart } from './readers/index.ts';
import type { AbsentOf, EntityType } from './readers/observation.ts';
import type { LineReader, Reading } from './readers/reader.ts';
import { type RememberedQuestions, remembering } from './redact/answered.ts';
import { createRedactor, type Redactor } from './redact/redact.ts';
import { secretlintSpans } from './redact/secretlint.ts';
import { pasteable, renderSnippets } from './remedies/render.ts';
import { excerptOf } from './weigh/excerpt.ts';
import { answeredBy, asksFor, openChecks, summaryOf } from './weigh/summary.ts';
import { type WeighedCause, weigh } from './weigh/weigh.ts';

/** One thing that a person gave us. */
export interface DiagnosisInput {
  /** How to call it in evidence: a file name, `stdin`, `message`. */
  readonly source: string;
  readonly bytes: InputBytes;
  /** An answer of the gateway and no paste: what it says stands for what was pasted of the same entity. */
  readonly live?: LiveAnswer;
}

export interface LiveAnswer {
  /** What was asked for: when no such entity stands in the answer, the gateway has none. */
  readonly asked?: { readonly type: EntityType; readonly of: AbsentOf };
}

export interface DiagnoseOptions {
  /** Key of the fingerprints, at least 16 bytes: of the installation, or random for one run. */
  readonly key: Uint8Array;
  /** The instant to judge tokens by when the paste carries no time, ms since 1970. Without it such tokens are not judged. */
  readonly now?: number;
  /** Called about every 4 MB with the characters read so far. */
  readonly onProgress?: (characters: number) => void;
  /** What an earlier diagnosis kept: the inputs are folded on top of it. Passed over when it cannot be read. */
  readonly material?: Uint8Array;
}

/** A diagnosis, and what it can be continued from. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  /** Redacted and compressed; absent when there is too much to keep. */
  readonly material?: Uint8Array;
}

/** Lines of one run that no log reader knows; beyond, the run is read and a new one begins. */
const RUN_LINES = 50_000;
const RUN_CHARACTERS = 8 * 2 ** 20;
/** Characters of a record that a container runtime split, and streams in which one is under way. */
const PARTIAL_LIMIT = 1_000_000;
const PARTIALS = 1000;
/** Blank lines in a row that are kept; more of them separate nothing further. */
const BLANKS_KEPT = 100;
/** Characters of a part that is searched for secrets as a whole. */
const LEARNED_FROM = 200_000;

/**
 * Diagnoses pasted material.
 * @param inputs logs, configs, tokens, exchanges or prose; read once, streaming
 * @returns findings best first; none when the material does not tell, then `ask` says what would
 * @throws nothing for what stands in the inputs; only what reading their bytes throws
 */
export async function diagnose(inputs: readonly DiagnosisInput[], options: DiagnoseOptions): Promise<Diagnosis> {
  const under = new DiagnosisUnderWay(options);
  await under.read(inputs);
  return await under.diagnosis();
}

/** As `diagnose`, and gives what another diagnosis can be continued from. */
export async function diagnoseToContinue(
  inputs: readonly DiagnosisInput[],
  options: DiagnoseOptions,
): Promise<Diagnosed> {
  const under = new DiagnosisUnderWay(options);
  await under.read(inputs);
  const diagnosis = await under.diagnosis();
  const material = await under.material();
  return material === undefined ? { diagnosis } : { diagnosis, material };
}

/** A diagnosis that more may be read into. */
export class DiagnosisUnderWay {
  private readonly options: DiagnoseOptions;
  private readonly redactor: Redactor;
  private readonly collector: FactCollector;
  private readonly secrets: RememberedQuestions;
  private readonly earlier: Material | undefined;
  private readonly inputs: InputSeen[];
  /** Names of the gateway's answers: nobody pasted what stands in them. */
  private readonly live = new Set<string>();

  constructor(options: DiagnoseOptions) {
    this.options = options;
    this.redactor = createRedactor(options.key);
    this.earlier = options.material === undefined ? undefined : unpacked(options.material);
    this.collector = new FactCollector(this.earlier?.state);
    this.secrets = remembering(this.redactor, this.earlier?.answers);
    this.inputs = [...(this.earlier?.inputs ?? [])];
  }

  /** Reads further inputs. */
  async read(inputs: readonly DiagnosisInput[]): Promise<void> {
    for (const input of inputs) {
      if (input.live !== undefined) this.live.add(input.source);
      const reading: Reading = {
        redactor: this.redactor,
        emit: (observation) => this.collector.add(observation),
      };
      this.inputs.push(
        ...(await readInput(input, input.live === undefined ? reading : ofGateway(reading), this.options)),
      );
      if (input.live?.asked !== undefined) this.noteAbsence(input.source, input.live.asked);
    }
  }

  /** The picture so far. */
  async diagnosis(): Promise<Diagnosis> {
    const facts = this.collector.facts(this.options.now, this.secrets);
    const weighed = weigh(CAUSES, facts);
    return await sealed(facts, weighed, { inputs: this.inputs, secrets: () => this.secretsSeen() }, this.redactor);
  }

  /** What another diagnosis can be continued from; undefined when there is too much to keep. */
  async material(): Promise<Uint8Array | undefined> {
    // Asked once more, so that every answer is there whatever was read since.
    this.collector.facts(this.options.now, this.secrets);
    return await packed(
      {
        state: this.collector.state(),
        answers: this.secrets.answers(),
        secrets: this.secretsSeen(),
        inputs: this.inputs,
      },
      this.redactor,
    );
  }

  private noteAbsence(source: string, { type, of }: NonNullable<LiveAnswer['asked']>): void {
    if (this.collector.has(type, source)) return;
    const sighting = { place: { source, line: 1 }, excerpt: `${source}: none` };
    this.collector.add({ kind: 'absence', type, of, sighting });
  }

  private secretsSeen(): Material['secrets'] {
    const earlier = this.earlier?.secrets ?? [];
    const known = new Set(earlier.map(({ ref }) => ref.fingerprint));
    const fresh = this.redactor.seen.filter(
      ({ ref, place }) => place.line > 0 && !this.live.has(place.source) && !known.has(ref.fingerprint),
    );
    return [...earlier, ...fresh];
  }
}

/** The gateway's own words, which are no paste. */
function ofGateway(reading: Reading): Reading {
  return {
    ...reading,
    emit: (observation) =>
      reading.emit(observation.kind === 'entity' ? { ...observation, notation: 'live' } : observation),
  };
}

async function readInput(
  input: DiagnosisInput,
  reading: Reading,
  options: DiagnoseOptions,
): Promise<readonly InputSeen[]> {
  const stream = new InputStream(input.source, reading);
  const cutter = new LineCutter();
  const take = (line: RawLine): void => stream.take(line);
  const takeBlock = (bytes: Buffer, from: number): LinesTaken | undefined => stream.takeBlock(bytes, from);
  let characters = 0;
  let reported = 0;
  for await (const decoded of decodeInput(input.bytes)) {
    if ('stopped' in decoded) {
      reading.emit({
        kind: 'unreadable',
        place: { source: input.source, line: 1 },
        why: `${input.source}: ${decoded.stopped}`,
        pasteInstead: decoded.pasteInstead,
      });
      stream.count('unreadable', 0, 0);
      break;
    }
    if ('utf8' in decoded) {
      cutter.pushUtf8(decoded.utf8, take, takeBlock);
      characters += decoded.utf8.length;
    } else {
      cutter.push(decoded.text, take);
      characters += decoded.text.length;
    }
    if (characters - reported > 4_000_000) {
      reported = characters;
      options.onProgress?.(characters);
    }
  }
  cutter.end(take);
  stream.end();
  return stream.seen();
}

/** Lines of one input on their way to the readers. */
class InputStream {
  private readonly readers: readonly LineReader[] = lineReaders();
  /** The reader that took the last line is asked first. */
  private last: LineReader | undefined;
  private run: Line[] = [];
  private runCharacters = 0;
  private readonly kinds = new Map<InputKind, { lines: number; recognised: number }>();
  /** Records under way, by stream: their text so far and the line they began on. */
  private readonly partial = new Map<string, { readonly text: string; readonly number: number }>();
  private blanks = 0;
  private readonly source: string;
  private readonly reading: Reading;

  constructor(source: string, reading: Reading) {
    this.source = source;
    this.reading = reading;
  }

  take(raw: RawLine): void {
    this.blanks = raw.text === '' ? this.blanks + 1 : 0;
    if (this.blanks > BLANKS_KEPT) return;
    const pasted = undoPasting(raw.text);
    if (isFence(pasted)) return;
    const unwrapped = unwrap(withoutInlineFence(pasted));
    const { carrier } = unwrapped;
    // Parts of one record follow each other within their stream, not in the file.
    const stream = `${carrier?.pod ?? ''} ${carrier?.stream ?? ''}`;
    const begun = this.partial.get(stream);
    if (unwrapped.partial === true && (begun?.text.length ?? 0) < PARTIAL_LIMIT && this.partial.size < PARTIALS) {
      this.partial.set(stream, { text: (begun?.text ?? '') + unwrapped.text, number: begun?.number ?? raw.number });
      return;
    }
    if (begun !== undefined) this.partial.delete(stream);
    const text = begun === undefined ? unwrapped.text : begun.text + unwrapped.text;
    const number = begun?.number ?? raw.number;
    this.accept(
      carrier === undefined ? { text, number, source: this.source } : { text, number, source: this.source, carrier },
    );
  }

  private accept(line: Line): void {
    const reader = this.readerOf(line);
    if (reader !== undefined) {
      if (this.run.length > 0) this.finishRun();
      this.last = reader;
      this.count(reader.kind, 1, 1);
      return;
    }
    this.run.push(line);
    this.runCharacters += line.text.length;
    if (this.run.length >= RUN_LINES || this.runCharacters >= RUN_CHARACTERS) this.finishRun();
  }

  /** Lines that the last line's reader can do without looking at each; none when anything else is under way. */
  takeBlock(bytes: Buffer, from: number): LinesTaken | undefined {
    if (this.last?.readBlock === undefined || this.run.length > 0 || this.partial.size > 0) return undefined;
    const taken = this.last.readBlock(bytes, from, this.reading);
    if (taken === undefined) return undefined;
    this.blanks = 0;
    this.count(this.last.kind, taken.lines, taken.lines);
    return taken;
  }

  private readerOf(line: Line): LineReader | undefined {
    if (this.last?.read(line, this.reading) === true) return this.last;
    for (const reader of this.readers) {
      if (reader !== this.last && reader.read(line, this.reading)) return reader;
    }
    return undefined;
  }

  end(): void {
    for (const { text, number } of this.partial.values()) this.accept({ text, number, source: this.source });
    this.finishRun();
    for (const reader of this.readers) reader.end(this.reading);
  }

  private finishRun(): void {
    const { run } = this;
    this.run = [];
    this.runCharacters = 0;
    for (const part of splitRun(unquoted(run))) {
      const logLines = logLinesOf(part);
      if (logLines !== undefined) {
        for (const line of logLines) this.accept(line);
        this.finishRun();
        continue;
      }
      const read = readPart(part, this.reading);
      this.count(read.kind, part.lines.length, read.recognised);
      // A document that no reader understood may still show one line of a list of secrets: their names stand above it.
      if (part.text.length < LEARNED_FROM) this.reading.redactor.text(part.text);
    }
  }

  count(kind: InputKind, lines: number, recognised: number): void {
    const counted = this.kinds.get(kind) ?? { lines: 0, recognised: 0 };
    this.kinds.set(kind, { lines: counted.lines + lines, recognised: counted.recognised + recognised });
  }

  seen(): readonly InputSeen[] {
    return [...this.kinds].map(([kind, counted]) => ({ source: this.source, kind, ...counted }));
  }
}

/** Takes off `> ` where (nearly) every line of a run is quoted and it is no transcript of curl. */
function unquoted(lines: readonly Line[]): readonly Line[] {
  const filled = lines.filter((line) => line.text.trim() !== '');
  if (filled.length < 2 || !filled.every((line) => line.text.startsWith('>'))) return lines;
  // curl -v never puts `>` before a status line: such a run was quoted by a chat.
  const quotedAnswer = filled.some((line) => /^> ?HTTP\/\d/.test(line.text));
  if (!quotedAnswer && filled.some((line) => /^> (?:[A-Z]{3,7} \S+ HTTP\/|[A-Za-z-]+: )/.test(line.text))) return lines;
  return lines.map((line) => ({ ...line, text: line.text.replace(/^> ?/, '') }));
}

/** The line with the pod or node that wrote it, which unwrapping took off and contrasts may speak of. */
function withCarrier({ place, excerpt }: Sighting): string {
  const writer = place.carrier?.pod ?? place.carrier?.node;
  return writer === undefined || excerpt.includes(writer) ? excerpt : `[${writer}] ${excerpt}`;
}

/** The diagnosis with every text redacted by our rules, by all secrets known at the end, and by secretlint. */
async function sealed(
  facts: Facts,
  weighed: readonly WeighedCause[],
  seen: { readonly inputs: readonly InputSeen[]; readonly secrets: () => Material['secrets'] },
  redactor: Redactor,
): Promise<Diagnosis> {
  const drafts = weighed.map((entry) => ({
    entry,
    remedies: entry.cause.remedies.flatMap((remedy) => remedy(facts) ?? []),
  }));
  const excerpts = drafts.flatMap(({ entry }) => entry.evidence.map((item) => item.sighting.excerpt)).join('\n');
  for (const span of await secretlintSpans(excerpts))
    redactor.secret('other-secret', excerpts.slice(span.start, span.end), { source: '', line: 0 });
  const knownIssues = knownIssuesIn(facts);
  const findings: Finding[] = drafts.map(({ entry, remedies }) => ({
    cause: entry.cause.name,
    title: entry.cause.title,
    layer: hopOf(entry.cause.name),
    confidence: entry.confidence,
    explanation: redactor.text(`${entry.cause.page.what} ${entry.cause.page.why}`),
    evidence: entry.evidence.map(
      (item): Evidence => ({
        source: item.sighting.place.source,
        line: item.sighting.place.line,
        ...excerptOf(redactor.text(withCarrier(item.sighting)), item.says, item.words),
        says: redactor.text(item.says),
      }),
    ),
    remedies: remedies.map(
      (draft): Remedy => ({
        title: redactor.text(draft.title),
        risk: draft.risk,
        note: redactor.text(draft.note),
        snippets: Object.fromEntries(
          Object.entries(renderSnippets(draft)).map(([flavour, text]) => [
            flavour,
            redactor.text(pasteable(redactor.text(text))),
          ]),
        ),
        changes: draft.changes.map((change) => redactedValue(change, redactor)),
      }),
    ),
    checks: openChecks(facts, entry.cause.checks).map((check) => redactor.text(check)),
    knownIssues: knownIssues(entry.cause.name),
  }));
  const secrets = seen.secrets().map(
    ({ ref, place }): SecretSeen => ({
      kind: ref.kind,
      source: place.source,
      line: place.line,
      fingerprint: ref.fingerprint,
    }),
  );
  const { traffic } = facts;
  return {
    summary: redactor.text(summaryOf(facts, weighed)),
    answered: answeredBy(facts).map((answer) => ({ ...answer, because: redactor.text(answer.because) })),
    findings,
    inputs: [...seen.inputs],
    traffic: {
      requests: traffic.requests,
      failed: traffic.failed,
      byStatus: traffic.byStatus,
      failuresOverTime: traffic.overTime.map((slice) => slice.failed),
      ...(traffic.from === undefined ? {} : { from: new Date(traffic.from).toISOString() }),
      ...(traffic.to === undefined ? {} : { to: new Date(traffic.to).toISOString() }),
    },
    secrets,
    ask: asksFor(facts, weighed).map((ask) => redactor.text(ask)),
    subjects: subjectsOf(facts, redactor),
  };
}

/** A copy in which every text is redacted. */
function redactedValue<T>(value: T, redactor: Redactor): T {
  const of = (inner: unknown): unknown => {
    if (typeof inner === 'string') return redactor.text(inner);
    if (Array.isArray(inner)) return inner.map(of);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, deeper]) => [key, of(deeper)]));
  };
  return of(value) as T;
}
