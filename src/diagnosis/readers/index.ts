// The readers, in the order they are asked: line readers for streams, structure readers for JSON and YAML, then the rest.
import type { Part } from '../intake/part.ts';
import type { InputKind } from '../names.ts';
import { readAdminApi } from './configs/admin-api.ts';
import { readDeck } from './configs/deck.ts';
import { readEnvironmentList, readHelmValues } from './configs/deployment.ts';
import { documentsOf, reportProblems, type StructuredDocument } from './configs/document.ts';
import { readKubernetes } from './configs/kubernetes.ts';
import { settingsReader } from './configs/settings.ts';
import { curlCommandReader } from './exchanges/curl-command.ts';
import { readErrorBody, readHar, readSerializerDocument } from './exchanges/json-documents.ts';
import { transcriptReader } from './exchanges/transcript.ts';
import { readDataPlanes, readNodeStatus, readUpstreamHealth } from './gateway/node-documents.ts';
import { prometheusReader } from './gateway/prometheus.ts';
import { accessLogReader } from './lines/access-log.ts';
import { errorLogReader } from './lines/error-log.ts';
import { serializerReader } from './lines/serializer-json.ts';
import { readDiscovery, readIntrospection } from './oauth/provider-documents.ts';
import { proseReader } from './prose.ts';
import type { DocumentReader, LineReader, Reading } from './reader.ts';
import { readDecodedToken } from './tokens/decoded.ts';
import { readJwks } from './tokens/jwks.ts';
import { pemReader } from './tokens/pem.ts';

/** Line readers for one input; each keeps the entry under way, so every input has its own. */
export function lineReaders(): readonly LineReader[] {
  return [accessLogReader(), errorLogReader(), serializerReader()];
}

type StructureReader = readonly [InputKind, (document: StructuredDocument, reading: Reading, part: Part) => boolean];

const STRUCTURES: readonly StructureReader[] = [
  ['har', readHar],
  ['kong-json-log', readSerializerDocument],
  ['kubernetes', readKubernetes],
  ['jwks', readJwks],
  ['discovery', readDiscovery],
  ['introspection', readIntrospection],
  ['data-planes', readDataPlanes],
  ['upstream-health', readUpstreamHealth],
  ['kong-status', readNodeStatus],
  ['admin-api', readAdminApi],
  ['deck', readDeck],
  ['token', readDecodedToken],
  ['response-body', readErrorBody],
  ['compose', readEnvironmentList],
  ['helm-values', readHelmValues],
];

const DOCUMENTS: readonly DocumentReader[] = [
  transcriptReader,
  curlCommandReader,
  pemReader,
  prometheusReader,
  settingsReader,
];

/** What a part was read as, and how many of its lines were understood. */
export interface PartRead {
  readonly kind: InputKind;
  readonly recognised: number;
}

/** Reads one part with the first reader that takes it; what nobody knows is read as prose. */
export function readPart(part: Part, reading: Reading): PartRead {
  for (const reader of DOCUMENTS) {
    const recognised = reader.read(part, reading);
    if (recognised > 0) return { kind: reader.kind, recognised };
  }
  if (part.shape === 'json' || part.shape === 'yaml') {
    const kind = readStructure(part, reading);
    if (kind !== undefined) return { kind, recognised: part.lines.length };
  }
  return { kind: part.shape === 'token' ? 'token' : 'prose', recognised: proseReader.read(part, reading) };
}

function readStructure(part: Part, reading: Reading): InputKind | undefined {
  let kind: InputKind | undefined;
  for (const document of documentsOf(part)) {
    const reader = STRUCTURES.find(([, read]) => read(document, reading, part));
    if (reader !== undefined) reportProblems(document, reading);
    kind ??= reader?.[0];
  }
  return kind;
}
