// The Kong Ingress Controller's log (logfmt until 2.x, zap's JSON or tabs since 3.0) and the events it writes.
import type { LineReader } from '../reader.ts';
import { readWithin } from '../within.ts';
import { ENTRY_LIMIT, sightingOf } from './log-line.ts';
import { readStructured } from './structured.ts';

/** Words that only the controller's entries have, among structured lines of Go programs. */
const CONTROLLER =
  /\bkong(?:plugin|clusterplugin|consumer|ingress|admin|-admin| admin| configuration|client|hq\.com)|dataplane-synchronizer|proxy-cache-resolver|\bcontrollers?\.[A-Z]\w|admission-server|configuration\.konghq|kong-ingress|ingress-controller|gateway-discovery|go-kong|posting new config to \/config/i;
/** `kubectl get events` and `kubectl describe`: age, type, reason, object, text. */
const EVENT =
  /^\s{0,8}(?:\d{1,6}[smhd][\w() ]{0,40}?\s{1,20})?Warning\s{1,20}([A-Z][A-Za-z]{4,60})\s{1,20}(?:(?:\d{1,6}[smhd]\S{0,20}(?: \(x\d{1,6} over \w{1,10}\))?|[\w./-]{1,200})\s{1,20}){0,3}(.{1,4000})$/;

/** Reads the controller's lines; other programs' structured lines are left to the next reader. */
export function controllerReader(): LineReader {
  return {
    kind: 'ingress-controller-log',
    read(line, reading) {
      const { text } = line;
      const sighting = () => sightingOf(line);
      const structured = readStructured(text);
      if (structured !== undefined) {
        if (!CONTROLLER.test(text.slice(0, 40_000))) return false;
        reading.emit({
          kind: 'log-entry',
          product: 'kic',
          sighting: sighting(),
          level: structured.level,
          ...(structured.at === undefined ? {} : { at: structured.at }),
          component: structured.logger ?? 'ingress-controller',
          text: structured.text.slice(0, ENTRY_LIMIT),
        });
        readWithin(structured.text, sighting(), reading, 'log');
        return true;
      }
      const event = text.includes('Warning') ? EVENT.exec(text) : null;
      if (event === null || !/^(?:Kong|Fallback|Failed|BackOff|Unhealthy|Sync|Invalid|Reject)/.test(event[1] ?? ''))
        return false;
      reading.emit({
        kind: 'log-entry',
        product: 'kic',
        sighting: sighting(),
        level: 'warn',
        component: 'kubernetes event',
        text: `${event[1]}: ${event[2] ?? ''}`.slice(0, ENTRY_LIMIT),
      });
      return true;
    },
    end() {},
  };
}
