// The sample gateway's requests: steady traffic of its consumers by day and night, and what incidents add to it.

/** One series of `kong_http_requests_total`. */
export interface Series {
  readonly service: string;
  readonly route: string;
  readonly code: number;
  /** Who answered: `service` is the upstream. */
  readonly source: 'kong' | 'service';
  readonly consumer: string;
}

/** Requests of a series in a period. */
export interface Increase extends Series {
  readonly count: number;
}

/** Requests until an instant, in ms since 1970; differences are what counts. */
type Total = (at: number) => number;

const STEADY: readonly (readonly [service: string, consumer: string, perSecond: number])[] = [
  ['orders', 'partner-acme', 0.9],
  ['orders', 'mobile-app', 2.7],
  ['orders', 'web-shop', 1.6],
  ['catalogue', 'mobile-app', 3.4],
  ['catalogue', 'web-shop', 2.1],
  ['payments', 'billing', 0.4],
  ['payments', 'mobile-app', 0.5],
  ['accounts', '', 0.8],
];
/** The few that everybody has: a client without its credential. */
const UNAUTHORISED = 1 / 900;
const DAY = 86_400_000;
/** An incident is noticed some time after it began. */
const NOTICED_MS = 2 * 60 * 60_000;

export class Traffic {
  private readonly flows: (Series & { readonly total: Total })[];
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
    this.flows = STEADY.flatMap(([service, consumer, perSecond]) => [
      { service, route: service, code: 200, source: 'service' as const, consumer, total: steady(perSecond) },
      {
        service,
        route: service,
        code: 401,
        source: 'kong' as const,
        consumer: '',
        total: steady(perSecond * UNAUTHORISED),
      },
    ]);
  }

  /**
   * Since some time ago a share of what was well is answered so instead.
   * @param consumer undefined: everybody's
   */
  refuse(
    { service, consumer }: { readonly service: string; readonly consumer?: string },
    answer: Pick<Series, 'code' | 'source'>,
    share: number,
  ): void {
    const began = this.now() - NOTICED_MS;
    for (const flow of [...this.flows]) {
      const isHit = flow.service === service && (consumer === undefined || flow.consumer === consumer);
      if (!isHit || flow.code !== 200) continue;
      const { total } = flow;
      const refused: Total = (at) => (at <= began ? 0 : (total(at) - total(began)) * share);
      this.flows.splice(this.flows.indexOf(flow), 1, { ...flow, total: (at) => total(at) - refused(at) });
      // Kong does not know whom it refuses.
      const whose = answer.source === 'kong' ? '' : flow.consumer;
      this.flows.push({ ...flow, ...answer, consumer: whose, total: refused });
    }
  }

  /** Requests of each series; nothing is known of the future. */
  increase(from: number, to: number): readonly Increase[] {
    const now = this.now();
    return this.flows.map(({ total, ...series }) => ({
      ...series,
      count: Math.floor(total(Math.min(to, now))) - Math.floor(total(Math.min(from, now))),
    }));
  }
}

/** Two waves of a day and of some hours; the whole of them is the rate. */
function steady(perSecond: number): Total {
  const wave = (length: number, height: number, at: number): number =>
    ((height * length) / (2 * Math.PI)) * (1 - Math.cos((2 * Math.PI * at) / length));
  return (at) => ((at + wave(DAY, 0.45, at - DAY / 4) + wave(DAY / 7, 0.12, at)) / 1000) * perSecond;
}
