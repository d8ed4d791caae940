// Counts requests of which no line is needed whole, and tells them as one observation.
import type { Dimension } from '../../names.ts';
import type { LoggedRequest, RequestBlockObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { ValueTable } from './value-table.ts';

/** Lines of one kind that are given whole before the rest is only counted: as many as anybody keeps as examples. */
const GIVEN_OF_A_SHAPE = 4;
const GIVEN_SUCCESSES = 12;
const GIVEN_OTHERS = 3;
/** Beyond so many kinds of failure every place for an example is taken. */
const SHAPES_GIVEN = 200;
const SECONDS_HELD = 4096;
const ANSWERS_HELD = 2000;

/** What a line says of its answer. */
type Answer = Pick<LoggedRequest, 'status' | 'source' | 'upstreamStatus'>;

interface AnswerCount {
  readonly answer: Answer;
  total: number;
}

interface SecondCount {
  readonly second: number;
  total: number;
  failed: number;
}

/** Whether a status is one of those that examples are kept of. */
export function isRefusal(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

/** Counts of one stream, told by `flush`. */
export class RequestCounter {
  private readonly tables = new Map<Dimension, ValueTable>();
  private readonly words: ValueTable[] = [];
  private readonly answers = new Map<string, AnswerCount>();
  private readonly plainAnswers: (AnswerCount | undefined)[] = Array.from({ length: 600 }, () => undefined);
  private seconds: SecondCount[] = [];
  private second: SecondCount = { second: Number.NaN, total: 0, failed: 0 };
  /** The time that was counted last. */
  private last = Number.NaN;
  private requests = 0;
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;
  private successesGiven = 0;
  private othersGiven = 0;
  private readonly given = new Map<string, number>();

  /** The values of a dimension, made for this counter. */
  table(dimension: Dimension, decode?: (raw: string) => string | undefined): ValueTable {
    const table = new ValueTable(decode);
    this.tables.set(dimension, table);
    return table;
  }

  /** Values that belong to no dimension, so that their texts are made once. */
  wordTable(decode?: (raw: string) => string | undefined): ValueTable {
    const table = new ValueTable(decode);
    this.words.push(table);
    return table;
  }

  /** Whether one of the first answers that are no refusals (successes, 404, 503 ...) is still to be given whole. */
  wantsUnrefused(status: number): boolean {
    return status < 400 ? this.successesGiven < GIVEN_SUCCESSES : this.othersGiven < GIVEN_OTHERS;
  }

  /** Whether a failure should be given whole: one of the first of its shape. */
  wantsFailure(shape: string): boolean {
    return this.given.size <= SHAPES_GIVEN && (this.given.get(shape) ?? 0) < GIVEN_OF_A_SHAPE;
  }

  /** Remembers that a line was given whole. */
  gave(status: number, shape: () => string): void {
    if (status < 400) this.successesGiven++;
    else if (!isRefusal(status)) this.othersGiven++;
    else if (this.given.size <= SHAPES_GIVEN) {
      const key = shape();
      this.given.set(key, (this.given.get(key) ?? 0) + 1);
    }
  }

  /** Counts a request of which only the status is known. */
  status(status: number): void {
    const count = this.plainAnswers[status];
    if (count === undefined) this.plainAnswers[status] = this.answerOf({ status });
    else count.total++;
    this.requests++;
  }

  /** Counts a request by its answer. */
  answer(answer: Answer): void {
    this.answerOf(answer);
    this.requests++;
  }

  /** Counts the time of the request that was counted last, ms since 1970. */
  time(at: number, failed: boolean): void {
    if (at !== this.last) {
      this.last = at;
      if (at < this.from) this.from = at;
      if (at > this.to) this.to = at;
      const second = Math.floor(at / 1000);
      if (second !== this.second.second) {
        this.second = { second, total: 0, failed: 0 };
        this.seconds.push(this.second);
      }
    }
    this.second.total++;
    if (failed) this.second.failed++;
  }

  /** Whether it should be told before more is counted: a bound of memory is reached. */
  get isFull(): boolean {
    if (this.seconds.length >= SECONDS_HELD || this.answers.size >= ANSWERS_HELD) return true;
    for (const table of this.tables.values()) if (table.isFull) return true;
    return this.words.some((table) => table.isFull);
  }

  /** Tells what was counted since the last time; keeps the texts of the values unless a table is full. */
  flush(reading: Reading): void {
    const full = this.isFull;
    if (this.requests > 0) {
      reading.emit(this.block());
      for (const count of this.answers.values()) count.total = 0;
      this.seconds = [];
      this.last = Number.NaN;
      this.second = { second: Number.NaN, total: 0, failed: 0 };
      this.requests = 0;
      this.from = Number.POSITIVE_INFINITY;
      this.to = Number.NEGATIVE_INFINITY;
    }
    if (!full) return;
    for (const table of [...this.tables.values(), ...this.words]) table.clear();
    this.answers.clear();
    this.plainAnswers.fill(undefined);
  }

  private answerOf(answer: Answer): AnswerCount {
    const key = `${answer.status} ${answer.source ?? ''} ${answer.upstreamStatus ?? '-'}`;
    let count = this.answers.get(key);
    if (count === undefined) {
      count = { answer, total: 0 };
      this.answers.set(key, count);
    }
    count.total++;
    return count;
  }

  private block(): RequestBlockObservation {
    return {
      kind: 'request-block',
      requests: this.requests,
      ...(this.to < this.from ? {} : { from: this.from, to: this.to }),
      answers: [...this.answers.values()]
        .filter((count) => count.total > 0)
        .map(({ answer, total }) => ({ ...answer, total })),
      seconds: this.seconds.map(({ second, total, failed }) => ({ at: second * 1000, total, failed })),
      values: [...this.tables].flatMap(([dimension, table]) => table.taken().map((count) => ({ dimension, ...count }))),
    };
  }
}
