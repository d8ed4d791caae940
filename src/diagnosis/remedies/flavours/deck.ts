// A change as a piece of a decK state file (_format_version 3.0).
import { stringify } from 'yaml';
import type { Change, CredentialChange, PluginChange } from '../change.ts';

const CREDENTIAL_LISTS: Readonly<Record<CredentialChange['type'], string>> = {
  'key-auth': 'keyauth_credentials',
  'basic-auth': 'basicauth_credentials',
  jwt: 'jwt_secrets',
  'hmac-auth': 'hmacauth_credentials',
  oauth2: 'oauth2_credentials',
  acls: 'acls',
  'mtls-auth': 'mtls_auth_credentials',
};
const LISTS = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  upstream: 'upstreams',
  certificate: 'certificates',
  'ca-certificate': 'ca_certificates',
} as const;

function file(content: Readonly<Record<string, unknown>>): string {
  return stringify({ _format_version: '3.0', ...content }, { lineWidth: 0 }).trimEnd();
}

function plugin(change: PluginChange): string {
  const item = {
    name: change.plugin,
    ...change.scope,
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
  };
  return `# in your decK file, on this plugin; keep its other fields\n${file({ plugins: [item] })}`;
}

/** The piece of YAML, or undefined where decK cannot express the change. */
export function deckSnippet(change: Change): string | undefined {
  switch (change.on) {
    case 'plugin':
      return change.how === 'delete'
        ? `# remove this plugin from your decK file\n${file({ plugins: [{ name: change.plugin, ...change.scope }] })}`
        : plugin(change);
    case 'credential':
      return change.how === 'delete'
        ? undefined
        : file({ consumers: [{ username: change.consumer, [CREDENTIAL_LISTS[change.type]]: [change.fields] }] });
    case 'setting':
    case 'node':
    case 'target':
      return undefined;
    default:
      return change.how === 'delete'
        ? undefined
        : file({
            [LISTS[change.on]]: [
              change.on === 'consumer'
                ? { username: change.nameOrId, ...change.fields }
                : change.on.includes('certificate')
                  ? change.fields
                  : { name: change.nameOrId, ...change.fields },
            ],
          });
  }
}
