// The environment becomes Settings; every mistake is named at once.

export interface SlackSettings {
  readonly botToken: string;
  /** HTTP mode. */
  readonly signingSecret?: string;
  /** Socket Mode. */
  readonly appToken?: string;
  /** Another Web API base, with a slash at its end. */
  readonly apiUrl?: string;
}

/** As far as set; which of it suffices for what, the callers know. */
export interface KongSettings {
  readonly adminUrl?: string;
  readonly adminToken?: string;
  readonly workspace?: string;
  /** Path of a PEM file. */
  readonly caCert?: string;
  readonly statusUrl?: string;
  readonly prometheusUrl?: string;
  /** Path of the YAML file with several gateways. */
  readonly configFile?: string;
}

export interface Settings {
  readonly slack: SlackSettings | undefined;
  readonly port: number;
  readonly logLevel: string;
  readonly allowWrite: boolean;
  /** Key of the fingerprints: KONGAUTH_KEY, or random for this process. */
  readonly fingerprintKey: Uint8Array;
  readonly kong?: KongSettings;
}
