// The named gateways of the settings: one from the environment, or several from the YAML file of KONGAUTH_CONFIG.
import { accessSync, constants } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';

/** Who may do something, as Slack ids; either list suffices. */
export interface Allowed {
  /** C…, G…: what is asked there, by anyone. */
  readonly channels: readonly string[];
  /** U…, W…: what they ask, anywhere. */
  readonly people: readonly string[];
}

/** One Admin API with what belongs to it. */
export interface GatewaySettings {
  readonly name: string;
  /** Base of the Admin API; for Konnect `https://eu.api.konghq.com/v2/control-planes/ID/core-entities`. */
  readonly adminUrl: string;
  /** Sent as `Kong-Admin-Token`, to Konnect as a bearer token. */
  readonly adminToken?: string;
  readonly konnect: boolean;
  readonly workspace?: string;
  /** Paths of PEM files. */
  readonly caCert?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly statusUrl?: string;
  readonly prometheusUrl?: string;
  /** Hosts that the doctor may call besides those that the gateway's own configuration names. */
  readonly identityProviderHosts: readonly string[];
  /** Undefined: everyone in the workspace. */
  readonly readers?: Allowed;
  /** People who may propose a change; undefined: whoever may read. */
  readonly proposers?: readonly string[];
  /** People who may approve what another one proposed; none: nobody may write. */
  readonly approvers: readonly string[];
}

/** What reading the settings gathers: every mistake is told at once, by name and never by value. */
export type Mistakes = string[];

type Environment = Readonly<Record<string, string | undefined>>;

const Url = z.url({ protocol: /^https?$/, error: 'is a URL that begins with https:// or http://' });
const Text = z.string('is text').min(1, 'is not empty');
const PersonId = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'is a Slack id of a person, such as U012AB3CD');
const ChannelId = z.string().regex(/^[CGD][A-Z0-9]{2,}$/, 'is a Slack id of a channel, such as C012AB3CD');
const File = z.string().refine(isReadable, 'names a file that cannot be read');

const Gateway = z.strictObject({
  name: z
    .string('is missing or no text')
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$/, 'is letters, digits, dots, - and _, 61 at most'),
  admin_url: Url,
  admin_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'is a token without spaces')
    .optional(),
  konnect: z.boolean('is true or false').default(false),
  workspace: Text.optional(),
  ca_cert: File.optional(),
  client_cert: File.optional(),
  client_key: File.optional(),
  status_url: Url.optional(),
  prometheus_url: Url.optional(),
  identity_provider_hosts: z.array(Text).default([]),
  read: z.strictObject({ channels: z.array(ChannelId).default([]), people: z.array(PersonId).default([]) }).optional(),
  write: z.strictObject({ people: z.array(PersonId).optional(), approvers: z.array(PersonId).default([]) }).optional(),
});

const GatewaysFile = z.strictObject({ gateways: z.array(Gateway).min(1, 'names at least one gateway') });

/**
 * Reads the file's gateways. `${NAME}` in a value is replaced by that environment variable, so that tokens need not
 * stand in the file.
 * @param text of the YAML file
 * @returns the gateways; none when there is a mistake
 */
export function gatewaysOfFile(text: string, env: Environment, mistakes: Mistakes): readonly GatewaySettings[] {
  const document = parseDocument(text, { uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    // The parser's words may quote the line, which may hold a token.
    mistakes.push(`KONGAUTH_CONFIG is no YAML: see its line ${broken.linePos?.[0].line ?? 1}.`);
    return [];
  }
  const known = mistakes.length;
  const parsed = GatewaysFile.safeParse(filledIn(document.toJS({ maxAliasCount: 100 }), env, mistakes));
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      mistakes.push(`KONGAUTH_CONFIG is wrong: ${issue.path.join('.') || 'the file'}: ${issue.message}.`);
    return [];
  }
  const gateways = parsed.data.gateways.map(settingsOf);
  const names = gateways.map(({ name }) => name.toLowerCase());
  for (const [at, name] of names.entries())
    if (names.indexOf(name) !== at) mistakes.push(`KONGAUTH_CONFIG is wrong: two gateways are called ${name}.`);
  for (const { name, clientCert, clientKey } of gateways)
    if ((clientCert === undefined) !== (clientKey === undefined))
      mistakes.push(`KONGAUTH_CONFIG is wrong: ${name} has one of client_cert and client_key; both are needed.`);
  return mistakes.length === known ? gateways : [];
}

function settingsOf(given: z.infer<typeof Gateway>): GatewaySettings {
  return {
    name: given.name,
    adminUrl: given.admin_url,
    konnect: given.konnect,
    identityProviderHosts: given.identity_provider_hosts,
    approvers: given.write?.approvers ?? [],
    ...(given.admin_token === undefined ? {} : { adminToken: given.admin_token }),
    ...(given.workspace === undefined ? {} : { workspace: given.workspace }),
    ...(given.ca_cert === undefined ? {} : { caCert: given.ca_cert }),
    ...(given.client_cert === undefined ? {} : { clientCert: given.client_cert }),
    ...(given.client_key === undefined ? {} : { clientKey: given.client_key }),
    ...(given.status_url === undefined ? {} : { statusUrl: given.status_url }),
    ...(given.prometheus_url === undefined ? {} : { prometheusUrl: given.prometheus_url }),
    ...(given.read === undefined ? {} : { readers: given.read }),
    ...(given.write?.people === undefined ? {} : { proposers: given.write.people }),
  };
}

/** The value with `${NAME}` replaced in every text; unset ones are mistakes. */
function filledIn(value: unknown, env: Environment, mistakes: Mistakes): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{([A-Z_][A-Z0-9_]*)\}/g, (_, name: string) => {
      const set = env[name]?.trim();
      if (set === undefined || set === '') mistakes.push(`${name} is missing: KONGAUTH_CONFIG refers to it.`);
      return set ?? '';
    });
  if (Array.isArray(value)) return value.map((item) => filledIn(item, env, mistakes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner, env, mistakes)]));
}

/** Whether this process can read the file. */
export function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    // Whatever the reason, the person at the keyboard looks at the same thing: path and permissions.
    return false;
  }
}
