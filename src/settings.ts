// The environment becomes Settings; every mistake is named at once, by its variable and never by its value.
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { KongauthError } from './errors.ts';

export interface SlackSettings {
  readonly botToken: string;
  /** HTTP mode. */
  readonly signingSecret?: string;
  /** Socket Mode; it wins when both are set. */
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
  /** 0 takes any free port. */
  readonly port: number;
  readonly logLevel: string;
  readonly allowWrite: boolean;
  /** Key of the fingerprints: KONGAUTH_KEY, or random for this process. */
  readonly fingerprintKey: Uint8Array;
  readonly kong?: KongSettings;
  /** PostgreSQL; without it an embedded database in `dataFolder`. */
  readonly databaseUrl?: string;
  readonly dataFolder: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
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
  const kong = kongSettings(reader);
  const databaseUrl = reader.matching('DATABASE_URL', /^postgres(?:ql)?:\/\//, 'begins with postgres://');
  const settings: Settings = {
    slack,
    port: reader.port('PORT', 3000),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    allowWrite: reader.oneOf('KONGAUTH_ALLOW_WRITE', ['true', 'false'], 'false') === 'true',
    fingerprintKey: reader.key('KONGAUTH_KEY'),
    dataFolder: reader.text('KONGAUTH_DATA') ?? './data',
    ...(kong === undefined ? {} : { kong }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
  if (reader.mistakes.length > 0) throw new KongauthError('settings-invalid', reader.mistakes.join(' '));
  return settings;
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

function kongSettings(reader: Reader): KongSettings | undefined {
  const kong = {
    adminUrl: reader.url('KONG_ADMIN_URL'),
    adminToken: reader.text('KONG_ADMIN_TOKEN'),
    workspace: reader.text('KONG_WORKSPACE'),
    caCert: reader.file('KONG_CA_CERT'),
    statusUrl: reader.url('KONG_STATUS_URL'),
    prometheusUrl: reader.url('PROMETHEUS_URL'),
    configFile: reader.file('KONGAUTH_CONFIG'),
  };
  const adminUrlMissing = kong.adminUrl === undefined && !reader.isSet('KONG_ADMIN_URL');
  if (kong.adminToken !== undefined && adminUrlMissing && kong.configFile === undefined)
    reader.mistakes.push('KONG_ADMIN_URL is missing beside KONG_ADMIN_TOKEN.');
  const set = Object.entries(kong).filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : Object.fromEntries(set);
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
    try {
      accessSync(value, constants.R_OK);
      return value;
    } catch {
      // Whatever the reason, the person at the keyboard looks at the same thing: path and permissions.
      this.mistakes.push(`${name} is wrong: it names a file that cannot be read.`);
      return undefined;
    }
  }

  key(name: string): Uint8Array {
    const value = this.text(name);
    if (value === undefined) return randomBytes(32);
    const key = new TextEncoder().encode(value);
    if (key.length < KEY_BYTES) this.mistakes.push(`${name} is wrong: it has at least ${KEY_BYTES} characters.`);
    return key;
  }
}
