// What the bot counts, in Prometheus' words. Labels are closed lists: no user, channel or text is one.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Interactions taken, by kind, name and how they ended (`ok`, `failed`, `duplicate`, `late`, `store-away`, `invalid`). */
  readonly interactions: Counter<'kind' | 'name' | 'outcome'>;
  /** Seconds from the interaction's arrival in Node to its acknowledgement. */
  readonly acknowledgement: Histogram<'kind'>;
  /** Seconds from arrival to the end of the listener. */
  readonly duration: Histogram<'kind' | 'name'>;
  readonly inFlight: Gauge;
  /** Calls to Slack by verb and how they ended (`ok`, `refused`, `rate-limited`, `unreachable`, `plain`). */
  readonly slackCalls: Counter<'verb' | 'outcome'>;
  /** 1 while Slack's events arrive. */
  readonly connected: Gauge;
  /** Diagnoses by the first finding's cause, or `none`. */
  readonly diagnoses: Counter<'cause'>;
  /** Digests that were due, by what became of them (`posted`, `found`, `failed`, `disabled`). */
  readonly digests: Counter<'outcome'>;
  /** Answers to the feedback buttons. */
  readonly feedback: Counter<'answer'>;
}

/** A fresh registry with the process's own metrics. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    interactions: new Counter({
      name: 'kongauth_interactions_total',
      help: 'Interactions taken from Slack, by how they ended.',
      labelNames: ['kind', 'name', 'outcome'],
      registers,
    }),
    acknowledgement: new Histogram({
      name: 'kongauth_acknowledgement_seconds',
      help: 'Time from arrival to acknowledgement; Slack allows 3 seconds.',
      labelNames: ['kind'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3],
      registers,
    }),
    duration: new Histogram({
      name: 'kongauth_interaction_seconds',
      help: 'Time from arrival to the end of the answer.',
      labelNames: ['kind', 'name'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    inFlight: new Gauge({ name: 'kongauth_in_flight', help: 'Interactions being answered now.', registers }),
    slackCalls: new Counter({
      name: 'kongauth_slack_calls_total',
      help: 'Calls to Slack, by how they ended.',
      labelNames: ['verb', 'outcome'],
      registers,
    }),
    connected: new Gauge({ name: 'kongauth_connected', help: '1 while events of Slack arrive.', registers }),
    diagnoses: new Counter({
      name: 'kongauth_diagnoses_total',
      help: 'Diagnoses made, by the likeliest cause.',
      labelNames: ['cause'],
      registers,
    }),
    digests: new Counter({
      name: 'kongauth_digests_total',
      help: 'Digests that were due, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    feedback: new Counter({
      name: 'kongauth_feedback_total',
      help: 'Answers to the feedback buttons.',
      labelNames: ['answer'],
      registers,
    }),
  };
}
