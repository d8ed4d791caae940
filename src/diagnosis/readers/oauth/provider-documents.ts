// Documents of identity providers: discovery metadata (RFC 8414) and introspection answers (RFC 7662).
import { isRecord, type StructuredDocument } from '../configs/document.ts';
import type { Reading } from '../reader.ts';

/** Reads a discovery document; false when it is none. */
export function readDiscovery(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const endpoints = [
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'introspection_endpoint',
    'token_endpoint_auth_methods_supported',
    'grant_types_supported',
    'response_types_supported',
  ];
  if (
    endpoints.filter((endpoint) => endpoint in value).length < ('issuer' in value ? 1 : 2) ||
    'config' in value ||
    'client_auth' in value
  )
    return false;
  reading.emit({ kind: 'discovery', sighting: document.sightingOf('issuer'), document: value });
  return true;
}

/** Reads an introspection answer; false when it is none. */
export function readIntrospection(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value) || typeof value.active !== 'boolean' || 'name' in value) return false;
  reading.emit({
    kind: 'introspection',
    sighting: document.sightingOf('active'),
    active: value.active,
    answer: value,
  });
  return true;
}
