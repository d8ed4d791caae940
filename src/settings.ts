// The environment becomes Settings; every mistake is named at once, by its variable and never by its value.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KongauthError } from './errors.ts';
import { type GatewaySettings, gatewaysOfFile, isReadable } from './gateway-settings.ts';

export interface SlackSettings {
  readonly botToken: string;
  /** HTTP mode. */
  readonly signingSecret?: string;
  /** Socket Mode; it wins when both are set. */
  readonly appToken?: string;
  /** Another Web API base, with a slash at its end. */
  readonly apiUrl?: string;
}

export interface Settings {
  readonly slack: SlackSettings | undefined;
  /** 0 takes any free port. */
  readonly port: number;
  /** Address to listen on; undefined: all of this machine's. */
  readonly host?: string;
  readonly logLevel: string;
  readonly allowWrite: boolean;
  /** Key of the fingerprints: KONGAUTH_KEY, or random for this process. */
  readonly fingerprintKey: Uint8Array;
  /** Otherwise the bot takes the key of its store, so that it outlives the process. */
  readonly isKeyGiven: boolean;
  /** The first one is meant where no other is named; none: nothing live is asked. */
  readonly gateways: readonly GatewaySettings[];
  /** PostgreSQL; without it an embedded database in `dataFolder`. */
  readonly databaseUrl?: string;
  readonly dataFolder: string;
  /** How many days diagnoses and the snapshots of digests are kept. */
  readonly retentionDays: number;
  /** How many days the trail of changes is kept. */
  readonly auditDays: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
/** What the gateway of the environment is called. */
const DEFAULT_GATEWAY = 'default';
/** As `createRedactor` wants it. */
const KEY_BYTES = 16;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of contracts.md's *Environment*. An empty variable counts as unset.
 * Throws KongauthError `settings-invalid` with a sentence for each mistake.
 */
export function readSettings(env: Environment): Settings {
  const reader = new Reader(env);
  const slack = slackSettings(reader);
  const gateways = gatewaySettings(reader, env);
  const databaseUrl = reader.matching('DATABASE_URL', /^postgres(?:ql)?:\/\//, 'begins with postgres://');
  const settings: Settings = {
    slack,
    port: reader.port('PORT', 3000),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    allowWrite: reader.oneOf('KONGAUTH_ALLOW_WRITE', ['true', 'false'], 'false') === 'true',
    fingerprintKey: reader.key('KONGAUTH_KEY'),
    isKeyGiven: reader.text('KONGAUTH_KEY') !== undefined,
    gateways,
    dataFolder: reader.text('KONGAUTH_DATA') ?? './data',
    retentionDays: reader.days('KONGAUTH_RETENTION_DAYS', 30),
    auditDays: reader.days('KONGAUTH_AUDIT_DAYS', 400),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
  if (reader.mistakes.length > 0) throw new KongauthError('settings-invalid', reader.mistakes.join(' '));
  return settings;
}

/**
 * The settings that a subcommand minds: what is wrong with Slack's variables, the port or the database stops the bot alone.
 * Throws KongauthError `settings-invalid`.
 */
export function readTerminalSettings(env: Environment): Settings {
  return readSettings(
    Object.fromEntries(
      Object.entries(env).filter(([name]) => !name.startsWith('SLACK_') && name !== 'PORT' && name !== 'DATABASE_URL'),
    ),
  );
}

/** The Slack half, which the bot cannot do without. Throws KongauthError `settings-invalid`. */
export function needSlack(settings: Settings): SlackSettings {
  if (settings.slack !== undefined) return settings.slack;
  throw new KongauthError(
    'settings-invalid',
    'SLACK_BOT_TOKEN is missing, and with it SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).',
  );
}

function slackSettings(reader: Reader): SlackSettings | undefined {
  const botToken = reader.matching('SLACK_BOT_TOKEN', /^xoxb-\S+$/, 'begins with xoxb-');
  const appToken = reader.matching('SLACK_APP_TOKEN', /^xapp-\S+$/, 'begins with xapp-');
  const signingSecret = reader.matching('SLACK_SIGNING_SECRET', /^\S{8,}$/, 'has at least 8 characters and no spaces');
  const apiUrl = reader.url('SLACK_API_URL');
  const door = reader.isSet('SLACK_APP_TOKEN') || reader.isSet('SLACK_SIGNING_SECRET');
  if (reader.isSet('SLACK_BOT_TOKEN') && !door)
    reader.mistakes.push(
      'SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing beside SLACK_BOT_TOKEN.',
    );
  if (!reader.isSet('SLACK_BOT_TOKEN') && door)
    reader.mistakes.push('SLACK_BOT_TOKEN is missing beside the other variables of Slack.');
  if (botToken === undefined) return undefined;
  return {
    botToken,
    ...(signingSecret === undefined ? {} : { signingSecret }),
    ...(appToken === undefined ? {} : { appToken }),
    ...(apiUrl === undefined ? {} : { apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
  };
}

function gatewaySettings(reader: Reader, env: Environment): readonly GatewaySettings[] {
  const file = reader.file('KONGAUTH_CONFIG');
  const ofFile = file === undefined ? [] : gatewaysOfFile(readFileSync(file, 'utf8'), env, reader.mistakes);
  const adminUrl = reader.url('KONG_ADMIN_URL');
  const optional = {
    adminToken: reader.matching('KONG_ADMIN_TOKEN', /^[\x21-\x7e]+$/, 'has no spaces and only what a header carries'),
    workspace: reader.text('KONG_WORKSPACE'),
    caCert: reader.file('KONG_CA_CERT'),
    statusUrl: reader.url('KONG_STATUS_URL'),
    prometheusUrl: reader.url('PROMETHEUS_URL'),
  };
  for (const name of ['KONG_ADMIN_TOKEN', 'KONG_STATUS_URL', 'PROMETHEUS_URL'])
    if (reader.isSet(name) && !reader.isSet('KONG_ADMIN_URL'))
      reader.mistakes.push(`KONG_ADMIN_URL is missing beside ${name}.`);
  if (adminUrl === undefined) return ofFile;
  if (ofFile.some(({ name }) => name.toLowerCase() === DEFAULT_GATEWAY))
    reader.mistakes.push(`KONGAUTH_CONFIG is wrong: ${DEFAULT_GATEWAY} is the gateway of KONG_ADMIN_URL; rename it.`);
  const set = Object.entries(optional).filter(([, value]) => value !== undefined);
  return [
    {
      name: DEFAULT_GATEWAY,
      adminUrl,
      konnect: false,
      identityProviderHosts: [],
      approvers: [],
      ...Object.fromEntries(set),
    },
    ...ofFile,
  ];
}

/** Reads variables and keeps the mistakes. */
class Reader {
  readonly mistakes: string[] = [];
  private readonly env: Environment;

  constructor(env: Environment) {
    this.env = env;
  }

  isSet(name: string): boolean {
    return this.text(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  matching(name: string, shape: RegExp, words: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || shape.test(value)) return value;
    this.mistakes.push(`${name} is wrong: it ${words}.`);
    return undefined;
  }

  oneOf(name: string, values: readonly string[], otherwise: string): string {
    const value = this.text(name) ?? otherwise;
    if (values.includes(value.toLowerCase())) return value.toLowerCase();
    this.mistakes.push(`${name} is wrong: it is one of ${values.join(', ')}.`);
    return otherwise;
  }

  port(name: string, otherwise: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    this.mistakes.push(`${name} is wrong: it is a number from 0 to 65535.`);
    return otherwise;
  }

  days(name: string, otherwise: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
    this.mistakes.push(`${name} is wrong: it is a number of days from 1 to 9999.`);
    return otherwise;
  }

  url(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const protocol = URL.canParse(value) ? new URL(value).protocol : '';
    if (protocol === 'https:' || protocol === 'http:') return value;
    this.mistakes.push(`${name} is wrong: it is a URL that begins with https:// or http://.`);
    return undefined;
  }

  file(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (isReadable(value)) return value;
    this.mistakes.push(`${name} is wrong: it names a file that cannot be read.`);
    return undefined;
  }

  key(name: string): Uint8Array {
    const value = this.text(name);
    if (value === undefined) return randomBytes(32);
    const key = new TextEncoder().encode(value);
    if (key.length < KEY_BYTES) this.mistakes.push(`${name} is wrong: it has at least ${KEY_BYTES} characters.`);
    return key;
  }
}
