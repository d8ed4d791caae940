// A change as a piece of a decK state file (_format_version 3.0).
import { stringify } from 'yaml';
import type { Change, CredentialChange, EntityChange, PluginChange } from '../change.ts';

const CREDENTIAL_LISTS: Readonly<Record<CredentialChange['type'], string>> = {
  'key-auth': 'keyauth_credentials',
  'basic-auth': 'basicauth_credentials',
  jwt: 'jwt_secrets',
  'hmac-auth': 'hmacauth_credentials',
  oauth2: 'oauth2_credentials',
  acls: 'acls',
  'mtls-auth': 'mtls_auth_credentials',
};
const LISTS: Readonly<Record<EntityChange['on'], string>> = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  upstream: 'upstreams',
  certificate: 'certificates',
  'ca-certificate': 'ca_certificates',
};
/** decK reads YAML 1.1, where on, yes and 0123 are no texts unless quoted. */
const FOR_GO = { lineWidth: 0, version: '1.1', blockQuote: false } as const;
/** A file that holds this piece alone would delete everything else at the next sync. */
const ADD = '# add to your decK file, do not sync this piece alone';
const CHANGE = '# in your decK file, change these fields and keep the others';
const REMOVE = '# take this out of your decK file';

function file(change: { readonly how: 'create' | 'update' | 'delete' }, content: Readonly<Record<string, unknown>>) {
  const lead = change.how === 'create' ? ADD : change.how === 'update' ? CHANGE : REMOVE;
  return `${lead}\n${stringify({ _format_version: '3.0', ...content }, FOR_GO).trimEnd()}`;
}

function plugin(change: PluginChange): string {
  const item = {
    name: change.plugin,
    ...(change.instanceName === undefined ? {} : { instance_name: change.instanceName }),
    ...change.scope,
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
    ...(change.protocols === undefined ? {} : { protocols: change.protocols }),
  };
  return file(change, { plugins: [item] });
}

function entity(change: EntityChange): string {
  const named = change.on === 'consumer' ? { username: change.nameOrId } : { name: change.nameOrId };
  const item = change.on === 'certificate' || change.on === 'ca-certificate' ? { id: change.nameOrId } : named;
  return file(change, { [LISTS[change.on]]: [{ ...item, ...change.fields }] });
}

/** The piece of YAML, or undefined for node settings and calls of a node, which decK does not know. */
export function deckSnippet(change: Change): string | undefined {
  switch (change.on) {
    case 'plugin':
      return plugin(change);
    case 'credential':
      return file(change, {
        consumers: [{ username: change.consumer, [CREDENTIAL_LISTS[change.type]]: [change.fields] }],
      });
    case 'target':
      return file(change, {
        upstreams: [{ name: change.upstream, targets: [{ target: change.target, ...change.fields }] }],
      });
    case 'setting':
    case 'node':
      return undefined;
    default:
      return entity(change);
  }
}
