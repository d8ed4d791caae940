// Calls to the hosts that a gateway's configuration names, as Kong would make them and no others.

/** One answer, bounded in size; redirects within the host are followed. */
export interface Reached {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** ms since 1970 by our clock, when the answer's head arrived. */
  readonly at: number;
}

export interface Reach {
  /**
   * GETs a URL.
   * @throws KongauthError `provider-refused` for a host or address that may not be called, `provider-unreachable` when
   * there is no whole answer
   */
  get(url: string): Promise<Reached>;
}
