// The words of the answer: what `diagnose` returns. The public JSON (render/json.ts) has its own schema.

import type { Subjects } from './facts/subjects.ts';
import type { Answerer, CauseName, Flavour, Hop, InputKind } from './names.ts';
import type { Redacted } from './redact/redacted.ts';
import type { Change } from './remedies/change.ts';

/** One line that counts for or against a finding. */
export interface Evidence {
  /** The input it stands in, as the caller named it. */
  readonly source: string;
  /** 1-based line in that input as it was given, before anything was unwrapped. */
  readonly line: number;
  readonly excerpt: Redacted;
  /** The words of the excerpt that count, as they stand in it; absent when the line counts as a whole. */
  readonly mark?: string;
  /** Why this counts, one sentence. */
  readonly says: Redacted;
}

export type Risk = 'low' | 'medium' | 'high';

/** What to do, in every notation in which it can be done. */
export interface Remedy {
  readonly title: Redacted;
  readonly risk: Risk;
  /** What it changes, what to mind, and where common advice is wrong. */
  readonly note: Redacted;
  readonly snippets: { readonly [F in Flavour]?: Redacted };
  /** What the snippets do, as values with their secrets replaced; empty where nothing of Kong is changed. */
  readonly changes: readonly Change[];
}

/** A fix or change of a Kong release that bears on a finding. */
export interface KnownIssue {
  readonly component: string;
  /** Versions with the fix, four parts for Enterprise; empty when the text names a change of behaviour. */
  readonly fixedIn: readonly string[];
  readonly text: string;
}

export interface Finding {
  readonly cause: CauseName;
  readonly title: string;
  readonly layer: Hop;
  /** 0 to 1, calibrated on test/cases. */
  readonly confidence: number;
  readonly explanation: Redacted;
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
  readonly checks: readonly Redacted[];
  readonly knownIssues: readonly KnownIssue[];
}

export interface InputSeen {
  readonly source: string;
  readonly kind: InputKind;
  readonly lines: number;
  readonly recognised: number;
}

export interface TrafficSeen {
  readonly requests: number;
  readonly failed: number;
  /** ISO 8601, absent when no line carried a time. */
  readonly from?: string;
  readonly to?: string;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Failures in equal slices of time between from and to, for a sparkline; empty without times. */
  readonly failuresOverTime: readonly number[];
}

export interface SecretSeen {
  readonly kind: string;
  readonly source: string;
  readonly line: number;
  readonly fingerprint: string;
}

export interface Diagnosis {
  readonly summary: Redacted;
  /** Who made the failing answers, most frequent first, and how we know. */
  readonly answered: readonly { readonly by: Answerer; readonly count: number; readonly because: Redacted }[];
  readonly findings: readonly Finding[];
  readonly inputs: readonly InputSeen[];
  readonly traffic: TrafficSeen;
  readonly secrets: readonly SecretSeen[];
  readonly ask: readonly Redacted[];
  /** What a gateway can be asked about it. */
  readonly subjects: Subjects;
}
