// Where something stands in what a person gave us, and what carried it there.

/** What transported a line: kept because it tells Kong nodes apart. */
export interface Carrier {
  readonly pod?: string;
  readonly container?: string;
  readonly node?: string;
  readonly stream?: 'stdout' | 'stderr';
  /** Milliseconds since 1970, as stamped by the carrier (docker, CRI, shipper). */
  readonly at?: number;
}

export interface Place {
  readonly source: string;
  /** 1-based line of the original input. */
  readonly line: number;
  readonly carrier?: Carrier;
}

/** A place with the text that stands there; raw, bounded (at most 600 characters), redacted before it leaves. */
export interface Sighting {
  readonly place: Place;
  readonly excerpt: string;
}
