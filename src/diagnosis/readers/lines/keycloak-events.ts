// Keycloak's log: event lines with quoted or bare fields, the same inside JSON logs, and its other entries.
import type { Line } from '../../intake/part.ts';
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import type { IdpEventObservation } from '../observation.ts';
import type { LineReader, Reading } from '../reader.ts';
import { readWithin } from '../within.ts';
import { causeInTrace, ENTRY_LIMIT, isTrace, sightingOf, timeOf } from './log-line.ts';

/** `DATE LEVEL [org.keycloak.x] (thread) text`; WildFly's servers print the time alone, JSON logs neither. */
const ENTRY =
  /^(?:((?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}:\d{2}[,.]\d{3})\s{1,4})?(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s{1,4}\[(org\.(?:keycloak|infinispan|wildfly|jboss)[\w.$]{0,200}|io\.quarkus[\w.]{0,200})\]\s{1,4}(?:\([^)]{1,200}\)\s?)?(.*)$/s;
const EVENT = /^type="?([A-Z][A-Z_]{2,40})"?, realm(?:Id|Name)=/;
/** `, name=`: where each further field begins; a comma inside a value is not followed by a name. */
const FIELD = /(?:^|, )([A-Za-z_]\w{0,60})=/g;
/** Successful events that are kept, a stream. */
const SUCCESSES = 20;

/** Reads Keycloak's log lines. */
export function keycloakReader(): LineReader {
  let within = false;
  let successes = 0;
  return {
    kind: 'keycloak-events',
    read(line, reading) {
      const { text } = line;
      if (within && isTrace(text)) {
        const cause = causeInTrace(text);
        if (cause !== undefined) emitEntry(line, reading, 'error', 'cause', cause, undefined);
        return true;
      }
      within = false;
      const entry = text.includes('[') ? ENTRY.exec(text) : null;
      const said = entry?.[4] ?? text;
      const event = EVENT.exec(said);
      if (event !== null) {
        const observation = eventOf(line, event[1] ?? '', said, entry?.[1]);
        if (observation.error !== undefined || successes++ < SUCCESSES) reading.emit(observation);
        return true;
      }
      if (entry === null) return false;
      within = true;
      const [, time, level = '', logger = ''] = entry;
      emitEntry(line, reading, level.toLowerCase(), logger, said, time);
      return true;
    },
    end() {
      within = false;
    },
  };
}

function emitEntry(
  line: Line,
  reading: Reading,
  level: string,
  logger: string,
  text: string,
  time: string | undefined,
): void {
  const at = time === undefined || time.length < 20 ? undefined : timeOf(time);
  const sighting = sightingOf(line);
  reading.emit({
    kind: 'log-entry',
    product: 'keycloak',
    sighting,
    level,
    ...(at === undefined ? {} : { at }),
    component: logger.slice(logger.lastIndexOf('.') + 1),
    text: text.slice(0, ENTRY_LIMIT),
  });
  readWithin(text, sighting, reading, 'log');
}

/** Details that a cause or a reader of the answer may want; the rest are ids. */
const DETAILS = [
  'reason',
  'redirect_uri',
  'grant_type',
  'client_auth_method',
  'response_type',
  'response_mode',
  'auth_method',
  'auth_type',
  'scope',
  'username',
  'ipAddress',
  'realmId',
  'realmName',
  'refresh_token_type',
] as const;

function eventOf(line: Line, event: string, said: string, time: string | undefined): IdpEventObservation {
  const fields = fieldsOf(said.slice(0, ENTRY_LIMIT));
  const at = time === undefined || time.length < 20 ? line.carrier?.at : timeOf(time);
  return {
    kind: 'idp-event',
    product: 'keycloak',
    event,
    sighting: sightingOf(line),
    ...eventFields(fields),
    ...(at === undefined ? {} : { at }),
  };
}

function eventFields(
  fields: Readonly<Record<string, string>>,
): Pick<IdpEventObservation, 'details'> & { error?: string; clientId?: string } {
  const known = (name: string): string | undefined => {
    const value = fields[name];
    return value === undefined || value === '' || value === 'null' ? undefined : value;
  };
  const error = known('error');
  const clientId = known('clientId');
  return {
    ...(error === undefined ? {} : { error }),
    ...(clientId === undefined ? {} : { clientId }),
    details: Object.fromEntries(
      DETAILS.flatMap((name) => {
        const value = known(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

/** `a="x", b=y`: by name, quotes taken off. */
function fieldsOf(text: string): Record<string, string> {
  const starts = [...text.matchAll(FIELD)];
  const fields: Record<string, string> = {};
  for (const [at, start] of starts.entries()) {
    const from = start.index + start[0].length;
    const value = text.slice(from, starts[at + 1]?.index ?? text.length).trim();
    fields[start[1] ?? ''] = /^".*"$/s.test(value) ? value.slice(1, -1) : value;
  }
  return fields;
}

/** Reads events as Keycloak's Admin REST API and its JSON exports give them; false when the document holds none. */
export function readKeycloakEvents(document: StructuredDocument, reading: Reading): boolean {
  const list = Array.isArray(document.value) ? document.value : [document.value];
  let found = false;
  for (const [at, item] of list.slice(0, 2000).entries()) {
    if (!isRecord(item) || typeof item.type !== 'string' || !/^[A-Z][A-Z_]{2,40}$/.test(item.type)) continue;
    if (!('realmId' in item || 'realmName' in item)) continue;
    found = true;
    const details = isRecord(item.details) ? item.details : {};
    const texts = Object.fromEntries(
      Object.entries({ ...details, ...item }).flatMap(([name, value]) => {
        const text = textOf(value);
        return text === undefined ? [] : [[name, text]];
      }),
    );
    reading.emit({
      kind: 'idp-event',
      product: 'keycloak',
      event: item.type,
      sighting: document.sightingOf(Array.isArray(document.value) ? `${at}.type` : 'type'),
      ...eventFields(texts),
      ...(typeof item.time === 'number' ? { at: item.time } : {}),
    });
  }
  return found;
}
