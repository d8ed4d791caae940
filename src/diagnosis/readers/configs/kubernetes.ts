// Kubernetes manifests of the ingress controller: plugins, consumers, credential secrets, ingresses and routes.

import { shown } from '../../redact/redact.ts';
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { readEnvironmentList } from './deployment.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitEntity } from './entity.ts';

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
  Service: 'service',
  KongIngress: 'ingress',
  KongVault: 'vault',
  KongUpstreamPolicy: 'upstream',
  Gateway: 'gateway-info',
};

/** Reads one manifest or a List; false when it is none of ours. */
export function readKubernetes(document: StructuredDocument, reading: Reading): boolean {
  return readManifest(document.value, '', document, reading);
}

function readManifest(value: unknown, path: string, document: StructuredDocument, reading: Reading): boolean {
  if (!isRecord(value)) return false;
  const kind = textOf(value['kind']);
  if (
    kind === undefined ||
    (!('apiVersion' in value) && !kind.startsWith('Kong') && kind !== 'Ingress' && kind !== 'HTTPRoute')
  )
    return false;
  if (kind.endsWith('List') && Array.isArray(value['items'])) {
    return value['items']
      .map((item, at) => readManifest(item, path === '' ? `items.${at}` : `${path}.items.${at}`, document, reading))
      .some(Boolean);
  }
  const type = TYPES[kind];
  if (type === undefined) return readEnvironmentList(document, reading);
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  const kubernetes: NonNullable<EntityObservation['kubernetes']> = {
    kind,
    labels: textMap(metadata['labels']),
    annotations: textMap(metadata['annotations']),
    ...(textOf(metadata['namespace']) === undefined ? {} : { namespace: textOf(metadata['namespace']) ?? '' }),
  };
  const resource = textOf(metadata['name']) ?? '';
  const own = kind === 'Secret' ? secretFields(value, path, document, reading) : value;
  const name =
    type === 'plugin'
      ? (textOf(value['plugin']) ?? resource)
      : type === 'consumer'
        ? (textOf(value['username']) ?? resource)
        : resource;
  emitEntity({ type, notation: 'kubernetes', value: { ...own, resource }, path, document, name, kubernetes }, reading);
  return true;
}

function textMap(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, String(inner)])) : {};
}

/** A Secret's values are secrets, whatever their names; what matters is which keys exist and how the values end. */
function secretFields(
  value: Readonly<Record<string, unknown>>,
  path: string,
  document: StructuredDocument,
  reading: Reading,
): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  const oddities: string[] = [];
  for (const field of ['data', 'stringData'] as const) {
    const data = value[field];
    if (!isRecord(data)) continue;
    for (const [key, inner] of Object.entries(data)) {
      const text = field === 'data' ? Buffer.from(String(inner), 'base64').toString('utf8') : String(inner);
      const place = document.sightingOf(path === '' ? `${field}.${key}` : `${path}.${field}.${key}`).place;
      if (field === 'data' && /[\r\n]$/.test(text) && !text.startsWith('-----BEGIN'))
        oddities.push(`${key} ends with a line break`);
      if (
        key === 'kongCredType' ||
        key === 'credType' ||
        key === 'algorithm' ||
        key === 'username' ||
        key === 'group' ||
        (key === 'key' && text.startsWith('http'))
      )
        decoded[key] = text.trim();
      else {
        if (field === 'data') reading.redactor.secret('other-secret', String(inner), place);
        decoded[key] = shown(reading.redactor.secret('other-secret', text.trim(), place));
      }
    }
  }
  const { data: _data, stringData: _stringData, ...rest } = value;
  return { ...rest, decoded, oddities };
}
