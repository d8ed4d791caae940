// A change as manifests of the Kong Ingress Controller, or as values of the Helm chart.
import { stringify } from 'yaml';
import type { Change, CredentialChange, EntityChange, PluginChange, SettingChange } from '../change.ts';

/** A name that Kubernetes accepts (RFC 1123 label, at most 63 characters). */
export function resourceName(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 63)
      .replace(/^-+|-+$/g, '') || 'kongauth'
  );
}

/** kubectl and Helm read YAML 1.1, where on, yes and 0123 are no texts unless quoted. */
const FOR_GO = { lineWidth: 0, version: '1.1', blockQuote: false } as const;

function manifest(value: unknown): string {
  return stringify(value, FOR_GO).trimEnd();
}

const CLASS = { 'kubernetes.io/ingress.class': 'kong' };
const API = 'configuration.konghq.com/v1';

function plugin(change: PluginChange): string {
  const { route, service, consumer } = change.scope;
  const attached = route ?? service ?? consumer;
  const kind = change.manifest?.kind ?? (attached === undefined ? 'KongClusterPlugin' : 'KongPlugin');
  const name = resourceName(change.manifest?.name ?? `${change.plugin}-${attached ?? 'global'}`);
  const namespace = change.manifest?.namespace;
  const global = kind === 'KongClusterPlugin' && attached === undefined;
  const body = manifest({
    apiVersion: API,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace: resourceName(namespace) }),
      ...(global ? { labels: { global: 'true' } } : {}),
      ...(kind === 'KongClusterPlugin' ? { annotations: CLASS } : {}),
    },
    plugin: change.plugin,
    ...(change.instanceName === undefined ? {} : { instanceName: change.instanceName }),
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === false ? { disabled: true } : {}),
    ...(change.protocols === undefined ? {} : { protocols: change.protocols }),
  });
  const holder = route === undefined && service === undefined ? 'KongConsumer' : 'Ingress, HTTPRoute or Service';
  const lead = [
    change.how === 'update' ? '# change these fields of your manifest and keep the others' : '',
    change.how === 'delete' ? '# delete this manifest and its name in konghq.com/plugins' : '',
    global || change.how === 'delete' ? '' : `# on the ${holder}: annotation konghq.com/plugins: ${name}`,
  ].filter((line) => line !== '');
  return [...lead, body].join('\n');
}

const CREDENTIAL_LABELS: Readonly<Record<CredentialChange['type'], string>> = {
  'key-auth': 'key-auth',
  'basic-auth': 'basic-auth',
  jwt: 'jwt',
  'hmac-auth': 'hmac-auth',
  oauth2: 'oauth2',
  acls: 'acl',
  'mtls-auth': 'mtls-auth',
};

function credential(change: CredentialChange): string {
  const name = resourceName(`${change.consumer}-${change.type}`);
  const data = Object.fromEntries(Object.entries(change.fields).map(([key, value]) => [key, String(value)]));
  const lead =
    change.how === 'delete'
      ? `# delete this Secret and its name below credentials of the KongConsumer`
      : `# and below credentials of the KongConsumer: [${name}]`;
  const labels = { 'konghq.com/credential': CREDENTIAL_LABELS[change.type] };
  return `${lead}\n${manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name, labels }, stringData: data })}`;
}

/** Annotations of routes, services and upstreams by Admin API field. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  preserve_host: 'konghq.com/preserve-host',
  strip_path: 'konghq.com/strip-path',
  methods: 'konghq.com/methods',
  protocols: 'konghq.com/protocols',
  protocol: 'konghq.com/protocol',
  host_header: 'konghq.com/host-header',
  tls_verify: 'konghq.com/tls-verify',
  client_certificate: 'konghq.com/client-cert',
};

function annotated(change: EntityChange): string | undefined {
  const annotations = Object.entries(change.fields).flatMap(([field, value]) => {
    const annotation = ANNOTATIONS[field];
    return annotation === undefined ? [] : [[annotation, Array.isArray(value) ? value.join(',') : plain(value)]];
  });
  if (annotations.length === 0) return undefined;
  const holder = change.on === 'route' ? 'Ingress or HTTPRoute' : 'Service';
  return `# on the ${holder} ${resourceName(change.nameOrId)}\n${manifest({ metadata: { annotations: Object.fromEntries(annotations) } })}`;
}

/** Annotations are texts; a reference to another entity is its id. */
function plain(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return String(value);
}

function entity(change: EntityChange): string | undefined {
  switch (change.on) {
    case 'consumer': {
      const { username = change.nameOrId, custom_id } = change.fields;
      return manifest({
        apiVersion: API,
        kind: 'KongConsumer',
        metadata: { name: resourceName(change.nameOrId), annotations: CLASS },
        username,
        ...(custom_id === undefined ? {} : { custom_id }),
      });
    }
    case 'ca-certificate':
      return manifest({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'client-ca', labels: { 'konghq.com/ca-cert': 'true' }, annotations: CLASS },
        stringData: { id: change.nameOrId, ...change.fields },
      });
    case 'certificate':
      return undefined;
    default:
      return annotated(change);
  }
}

function setting(change: SettingChange): string {
  return `# values of the Helm chart kong/kong (below gateway in kong/ingress); the upgrade restarts the pods\n${manifest({ env: change.settings })}`;
}

/** The manifest, or undefined where Kubernetes cannot express the change (targets are pods, calls go to a node). */
export function kubernetesSnippet(change: Change): string | undefined {
  switch (change.on) {
    case 'plugin':
      return plugin(change);
    case 'credential':
      return credential(change);
    case 'setting':
      return setting(change);
    case 'node':
    case 'target':
      return undefined;
    default:
      return change.how === 'delete' ? undefined : entity(change);
  }
}
