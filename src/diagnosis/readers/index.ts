// The readers, in the order they are asked: line readers for streams, structure readers for JSON and YAML, then the rest.
import type { Part } from '../intake/part.ts';
import type { InputKind } from '../names.ts';
import { readAdminApi } from './configs/admin-api.ts';
import { entitiesOfExchange } from './configs/admin-call.ts';
import { readDeck } from './configs/deck.ts';
import { readEnvironmentList, readHelmValues } from './configs/deployment.ts';
import { documentsOf, reportProblems, type StructuredDocument } from './configs/document.ts';
import { environmentReader } from './configs/environment.ts';
import { readKubernetes } from './configs/kubernetes.ts';
import { settingsReader } from './configs/settings.ts';
import { curlCommandReader } from './exchanges/curl-command.ts';
import { readHar } from './exchanges/har.ts';
import { readErrorBody, readSerializerDocument } from './exchanges/json-documents.ts';
import { readTrace } from './exchanges/konnect-trace.ts';
import { readRequestDebug } from './exchanges/request-debug.ts';
import { transcriptReader } from './exchanges/transcript.ts';
import { readDataPlanes, readNodeStatus, readUpstreamHealth } from './gateway/node-documents.ts';
import { prometheusReader } from './gateway/prometheus.ts';
import { accessJsonReader } from './lines/access-json.ts';
import { accessLogReader } from './lines/access-log.ts';
import { controllerReader } from './lines/controller-log.ts';
import { deckOutputReader } from './lines/deck-output.ts';
import { errorLogReader } from './lines/error-log.ts';
import { keycloakReader, readKeycloakEvents } from './lines/keycloak-events.ts';
import { pingFederateReader } from './lines/pingfederate-log.ts';
import { programLogReader } from './lines/program-log.ts';
import { serializerReader } from './lines/serializer-json.ts';
import { readDiscovery, readIntrospection } from './oauth/provider-documents.ts';
import { readTokenAnswer } from './oauth/token-answer.ts';
import { proseReader } from './prose.ts';
import type { DocumentReader, LineReader, Reading } from './reader.ts';
import { readDecodedToken } from './tokens/decoded.ts';
import { readJwks } from './tokens/jwks.ts';
import { pemReader } from './tokens/pem.ts';

/** Line readers for one input; each keeps the entry under way, so every input has its own. */
export function lineReaders(): readonly LineReader[] {
  return [
    accessLogReader(),
    errorLogReader(),
    serializerReader(),
    accessJsonReader(),
    pingFederateReader(),
    keycloakReader(),
    controllerReader(),
    deckOutputReader(),
    programLogReader(),
  ];
}

type StructureReader = readonly [InputKind, (document: StructuredDocument, reading: Reading, part: Part) => boolean];

const STRUCTURES: readonly StructureReader[] = [
  ['har', readHar],
  ['konnect-trace', readTrace],
  ['konnect-trace', readRequestDebug],
  ['kong-json-log', readSerializerDocument],
  ['kubernetes', readKubernetes],
  ['keycloak-events', readKeycloakEvents],
  ['jwks', readJwks],
  ['discovery', readDiscovery],
  ['introspection', readIntrospection],
  ['token', readTokenAnswer],
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
  environmentReader,
  settingsReader,
];

/** What a part was read as, and how many of its lines were understood. */
export interface PartRead {
  readonly kind: InputKind;
  readonly recognised: number;
}

/** Structures that an answer in a transcript may hold; its errors and tokens the transcript's reader sees itself. */
const IN_ANSWERS = new Set<InputKind>([
  'jwks',
  'discovery',
  'introspection',
  'token',
  'data-planes',
  'upstream-health',
  'kong-status',
  'admin-api',
]);

/** Reads one part with the first reader that takes it; what nobody knows is read as prose. */
export function readPart(part: Part, reading: Reading): PartRead {
  const watched = withCalledEntities(reading);
  for (const reader of DOCUMENTS) {
    const recognised = reader.read(part, watched);
    if (recognised === 0) continue;
    if (part.shape === 'transcript') readAnswer(part, reading);
    return { kind: reader.kindOf?.(part) ?? reader.kind, recognised };
  }
  if (part.shape === 'json' || part.shape === 'yaml') {
    const kind = readStructure(part, reading);
    if (kind !== undefined) return { kind, recognised: part.lines.length };
  }
  return { kind: part.shape === 'token' ? 'token' : 'prose', recognised: proseReader.read(part, reading) };
}

/** A call of the Admin API that makes an entity is an exchange and that entity. */
function withCalledEntities(reading: Reading): Reading {
  return {
    redactor: reading.redactor,
    emit(observation) {
      reading.emit(observation);
      if (observation.kind !== 'exchange') return;
      for (const entity of entitiesOfExchange(observation, reading)) reading.emit(entity);
    },
  };
}

/** The JSON body of a successful answer: `curl -i` of the Admin API, of discovery, of introspection. */
function readAnswer(part: Part, reading: Reading): void {
  const status = part.lines.findLastIndex((line) => /^(?:< )?HTTP\/\S+ 2\d\d/.test(line.text.trimStart()));
  if (status === -1) return;
  const start = part.lines.findIndex(
    (line, at) => at > status && /^\s*[{[]/.test(line.text) && !/^\s*[{}] \[\d/.test(line.text),
  );
  if (start === -1) return;
  const lines = part.lines.slice(start);
  const body: Part = { source: part.source, lines, text: lines.map((line) => line.text).join('\n'), shape: 'json' };
  for (const document of documentsOf(body))
    STRUCTURES.find(([kind, read]) => IN_ANSWERS.has(kind) && read(document, reading, body));
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
