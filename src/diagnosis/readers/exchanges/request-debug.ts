// Kong's request debugging (3.5 and later): the JSON of X-Kong-Request-Debug-Output and of the log's [request-debug] lines.
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import type { RanPlugins } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Phases in which a plugin can end a request, in their order. */
const PHASES = ['rewrite', 'access'] as const;

/** Which plugins ran and whether an upstream was asked; undefined when the value is no such output or was cut. */
export function ranInDebugOutput(value: unknown): RanPlugins | undefined {
  if (!isRecord(value) || !isRecord(value.child) || value.truncated === true) return undefined;
  const phases = value.child;
  if (![...PHASES, 'balancer', 'upstream', 'response', 'log'].some((phase) => isRecord(phases[phase])))
    return undefined;
  // With a filter (`X-Kong-Request-Debug: upstream`) the access phase is missing and nothing follows from that.
  if (!isRecord(phases.access)) return undefined;
  const plugins = PHASES.flatMap((phase) => pluginsOf(phases[phase]));
  // Kong writes the names in no particular order (cjson): only a single one tells who ended the request.
  return { plugins, ordered: plugins.length === 1, upstreamAsked: isRecord(phases.upstream) };
}

function pluginsOf(phase: unknown): readonly string[] {
  const children = isRecord(phase) && isRecord(phase.child) ? phase.child : {};
  const plugins = isRecord(children.plugins) && isRecord(children.plugins.child) ? children.plugins.child : {};
  return Object.keys(plugins).slice(0, 60);
}

/** Reads the output pasted alone; false when the object is none. */
export function readRequestDebug(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const requestId = textOf(value.request_id);
  const sighting = document.sightingOf('child');
  if (value.truncated === true && requestId !== undefined) {
    reading.emit({
      kind: 'unreadable',
      place: sighting.place,
      why: 'The request debugging output was cut by Kong because it was too large for a header.',
      pasteInstead: `Paste the error log lines with [request-debug] and ${requestId}.`,
    });
    return true;
  }
  const ran = ranInDebugOutput(value);
  if (ran === undefined) return false;
  reading.emit({
    kind: 'exchange',
    form: 'trace',
    sighting,
    remarks: [],
    ran,
    ...(requestId === undefined ? {} : { requestId }),
  });
  return true;
}
