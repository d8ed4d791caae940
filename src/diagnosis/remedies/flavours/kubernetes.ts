// A change as a manifest of the Kong Ingress Controller.
import { stringify } from 'yaml';
import type { Change, CredentialChange, PluginChange } from '../change.ts';

/** A name that Kubernetes accepts (RFC 1123 label, at most 63 characters). */
function resourceName(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 63) || 'kongauth'
  );
}

function manifest(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function plugin(change: PluginChange): string {
  const global =
    change.scope.route === undefined && change.scope.service === undefined && change.scope.consumer === undefined;
  const name = resourceName(
    `${change.plugin}-${change.scope.route ?? change.scope.service ?? change.scope.consumer ?? 'global'}`,
  );
  const body = {
    plugin: change.plugin,
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === false ? { disabled: true } : {}),
  };
  if (global) {
    return manifest({
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongClusterPlugin',
      metadata: { name, labels: { global: 'true' }, annotations: { 'kubernetes.io/ingress.class': 'kong' } },
      ...body,
    });
  }
  return `# on the Ingress, HTTPRoute or Service: konghq.com/plugins: ${name}\n${manifest({ apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin', metadata: { name }, ...body })}`;
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
  return `# and name it under credentials of the KongConsumer: [${name}]\n${manifest({ apiVersion: 'v1', kind: 'Secret', metadata: { name, labels: { 'konghq.com/credential': CREDENTIAL_LABELS[change.type] } }, stringData: data })}`;
}

/** Annotations of routes and services by Admin API field. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  preserve_host: 'konghq.com/preserve-host',
  strip_path: 'konghq.com/strip-path',
  protocols: 'konghq.com/protocols',
  protocol: 'konghq.com/protocol',
  host: 'konghq.com/host-header',
  tls_verify: 'konghq.com/tls-verify',
  client_certificate: 'konghq.com/client-cert',
};

/** The manifest, or undefined where Kubernetes cannot express the change. */
export function kubernetesSnippet(change: Change): string | undefined {
  switch (change.on) {
    case 'plugin':
      return change.how === 'delete' ? undefined : plugin(change);
    case 'credential':
      return change.how === 'delete' ? undefined : credential(change);
    case 'route':
    case 'service': {
      const annotations = Object.entries(change.fields).flatMap(([field, value]) => {
        const annotation = ANNOTATIONS[field];
        return annotation === undefined ? [] : [[annotation, Array.isArray(value) ? value.join(',') : String(value)]];
      });
      if (annotations.length === 0) return undefined;
      return `# on the ${change.on === 'route' ? 'Ingress or HTTPRoute' : 'Service'} ${resourceName(change.nameOrId)}\n${manifest({ metadata: { annotations: Object.fromEntries(annotations) } })}`;
    }
    default:
      return undefined;
  }
}
