// Kubernetes manifests of the ingress controller: plugins, consumers, credential secrets, ingresses and routes.
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { readDeclarative, readVariablesIn } from './deployment.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitEntity } from './entity.ts';
import { routesOf } from './kubernetes-routes.ts';
import { readCredentialSecret } from './kubernetes-secret.ts';
import { kongVariables } from './settings.ts';

/** Kinds of Kong's ingress controller, the Gateway API and Kubernetes itself, and the entities they are. */
const TYPES: Readonly<Record<string, EntityType>> = {
  KongPlugin: 'plugin',
  KongClusterPlugin: 'plugin',
  KongConsumer: 'consumer',
  KongConsumerGroup: 'consumer-group',
  Secret: 'secret',
  Ingress: 'ingress',
  HTTPRoute: 'ingress',
  GRPCRoute: 'ingress',
  TCPIngress: 'ingress',
  UDPIngress: 'ingress',
  Service: 'service',
  KongIngress: 'ingress',
  KongVault: 'vault',
  KongUpstreamPolicy: 'upstream',
  Gateway: 'gateway-info',
  GatewayClass: 'gateway-info',
  IngressClass: 'gateway-info',
};

/** Kinds that are Kong's whatever stands in them. */
const OWN = /^Kong|^TCPIngress$|^UDPIngress$/;

/** Reads one manifest or a List; false when it is none of ours. */
export function readKubernetes(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (Array.isArray(value)) {
    return value.map((item, at) => readManifest(item, String(at), document, reading)).some(Boolean);
  }
  return readManifest(value, '', document, reading);
}

function readManifest(manifest: unknown, path: string, document: StructuredDocument, reading: Reading): boolean {
  if (!isRecord(manifest)) return false;
  const value = withoutCopies(manifest);
  const kind = textOf(value.kind);
  if (kind === undefined || (!('apiVersion' in value) && !OWN.test(kind) && kind !== 'Ingress' && kind !== 'HTTPRoute'))
    return false;
  if (Array.isArray(value.items)) {
    return value.items
      .map((item, at) => readManifest(item, path === '' ? `items.${at}` : `${path}.items.${at}`, document, reading))
      .some(Boolean);
  }
  if (kind === 'ConfigMap') return readConfigMap(value, path, document, reading);
  const type = TYPES[kind];
  if (type === undefined) return readVariablesIn({ ...document, value: below(value, path) }, 'environment', reading);
  const kubernetes = kubernetesOf(kind, value);
  if (kind === 'Service' && !Object.keys(kubernetes.annotations).some((name) => name.includes('konghq.com')))
    return false;
  const resource = textOf(isRecord(value.metadata) ? value.metadata.name : undefined) ?? '';
  if (kind === 'Secret') {
    readCredentialSecret({ value, path, document, kubernetes, resource }, reading);
    return true;
  }
  emitEntity(
    {
      type,
      notation: 'kubernetes',
      value: fieldsOf(kind, value, kubernetes, resource),
      path,
      document,
      name: nameOf(type, value, resource),
      kubernetes,
      fieldAt: (field) => fieldAt(kind, field, path),
    },
    reading,
  );
  for (const draft of routesOf(kind, value, path, document, kubernetes, resource)) emitEntity(draft, reading);
  return true;
}

/** What kubectl and the API server add to a manifest repeats it, secrets included. */
function withoutCopies(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { metadata } = value;
  if (!isRecord(metadata)) return value;
  const { managedFields: _managed, annotations, ...rest } = metadata;
  if (!isRecord(annotations)) return { ...value, metadata: rest };
  const { 'kubectl.kubernetes.io/last-applied-configuration': _applied, ...kept } = annotations;
  return { ...value, metadata: { ...rest, annotations: kept } };
}

/** The value of a List's item at its own path, so that places stay right. */
function below(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reverse()
    .reduce((inner: unknown, key) => (key === '' ? inner : { [key]: inner }), value);
}

function kubernetesOf(
  kind: string,
  value: Readonly<Record<string, unknown>>,
): NonNullable<EntityObservation['kubernetes']> {
  const metadata = isRecord(value.metadata) ? value.metadata : {};
  const namespace = textOf(metadata.namespace);
  return {
    kind,
    labels: textMap(metadata.labels),
    annotations: textMap(metadata.annotations),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function textMap(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, String(inner)])) : {};
}

function nameOf(type: EntityType, value: Readonly<Record<string, unknown>>, resource: string): string {
  if (type === 'plugin') return textOf(value.plugin) ?? resource;
  if (type === 'consumer') return textOf(value.username) ?? textOf(value.custom_id) ?? resource;
  return resource;
}

/** The manifest under the Admin API's field names; `resource` is its metadata.name. */
function fieldsOf(
  kind: string,
  value: Readonly<Record<string, unknown>>,
  kubernetes: NonNullable<EntityObservation['kubernetes']>,
  resource: string,
): Record<string, unknown> {
  const { status: _status, ...own } = value;
  if (kind === 'KongPlugin' || kind === 'KongClusterPlugin') {
    const disabled = value.disabled;
    return {
      ...own,
      name: value.plugin,
      resource,
      ...(typeof disabled === 'boolean' ? { enabled: !disabled } : {}),
    };
  }
  if (kind !== 'Service') return { ...own, resource };
  const { annotations } = kubernetes;
  const protocol = annotations['konghq.com/protocol'];
  const path = annotations['konghq.com/path'];
  return {
    ...own,
    resource,
    ...(protocol === undefined ? {} : { protocol }),
    ...(path === undefined ? {} : { path }),
  };
}

function fieldAt(kind: string, field: string, path: string): string | undefined {
  const at = (own: string): string => (path === '' ? own : `${path}.${own}`);
  if (kind.endsWith('Plugin') && field === 'name') return at('plugin');
  if (kind.endsWith('Plugin') && field === 'enabled') return at('disabled');
  if (kind === 'Service' && field === 'protocol') return at('metadata.annotations.konghq.com/protocol');
  if (kind === 'Service' && field === 'path') return at('metadata.annotations.konghq.com/path');
  return field === 'resource' ? at('metadata.name') : undefined;
}

/** A ConfigMap may hold a declarative file, a kong.conf or variables; any other is none of ours. */
function readConfigMap(
  value: Readonly<Record<string, unknown>>,
  path: string,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const { data } = value;
  if (!isRecord(data)) return false;
  let found = false;
  for (const [key, inner] of Object.entries(data)) {
    if (typeof inner !== 'string') continue;
    const at = path === '' ? `data.${key}` : `${path}.data.${key}`;
    if (inner.includes('_format_version') && readDeclarative(document, at, reading)) found = true;
    else if (kongVariables(`${key}=${inner.split('\n')[0] ?? ''}`).length > 0) found = true;
  }
  return readVariablesIn({ ...document, value: below(value, path) }, 'environment', reading) || found;
}
