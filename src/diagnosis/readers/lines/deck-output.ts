// What decK prints: its errors, the list of changes, the summary. Its configuration files are configs/deck.ts.
import type { Line } from '../../intake/part.ts';
import type { LineReader, Reading } from '../reader.ts';
import { readWithin } from '../within.ts';
import { ENTRY_LIMIT, sightingOf } from './log-line.ts';

const ENTITIES =
  '(?:service|route|plugin|consumer|consumer-group|upstream|target|certificate|ca-certificate|sni|key-auth|basic-auth|jwt|hmac-auth|acl-group|oauth2-cred|mtls-auth|rbac-role|vault|license|partial|key|key-set|filter-chain)';
const CHANGE = new RegExp(`^(?:creating|updating|deleting) ${ENTITIES} \\S`);
/** How decK's errors begin (decK 1.x, file and gateway commands; Kong/deck cmd/ and go-database-reconciler). */
const ERROR =
  /^Error: (?:HTTP status \d{3}|\d{1,5} errors? occurred|(?:reading|parsing|building|getting|inserting|validating|initiating|creating|fetching|unmarshalling|performing|authenticating|checking|unable to|failed to|could not|cannot|invalid|duplicate|schema|workspace|konnect|while |plugin|consumer|service|route|certificate)\b|.{0,200}(?:deck|konnect|\/kong|kong\.ya?ml|\(message: ))/i;
const WITHIN =
  /^(?:\s{0,8}[*-] )?\s{0,8}(?:while processing event: \{|(?:service|route|plugin|consumer|upstream) .{1,200} failed: HTTP status )/;
const SUMMARY = /^(?:Summary:$|\s{2}(?:Created|Updated|Deleted): \d{1,9}$)/;

/** Reads decK's output. */
export function deckOutputReader(): LineReader {
  let within: 'nothing' | 'errors' | 'diff' = 'nothing';
  return {
    kind: 'deck-output',
    read(line, reading) {
      const { text } = line;
      const first = text.charCodeAt(0);
      if (within === 'diff') {
        if (first === 43 || first === 45 || first === 32) {
          // The difference ends with the brace that the change opened, one blank in.
          if (/^ ?\}\s*$/.test(text)) within = 'nothing';
          return true;
        }
        within = 'nothing';
      }
      if (SUMMARY.test(text)) return true;
      if (CHANGE.test(text)) {
        within = text.trimEnd().endsWith('{') ? 'diff' : 'nothing';
        emit(line, 'info', text, reading);
        return true;
      }
      if (text.startsWith('Error: ') && ERROR.test(text)) {
        within = 'errors';
        emit(line, 'error', text, reading);
        return true;
      }
      if (WITHIN.test(text) || (within === 'errors' && (first === 9 || first === 32) && /^\s{1,8}\* ?\S/.test(text))) {
        emit(line, 'error', text.trim().replace(/^[*-] /, ''), reading);
        return true;
      }
      if (text.trim() !== '') within = 'nothing';
      return false;
    },
    end() {
      within = 'nothing';
    },
  };
}

function emit(line: Line, level: string, text: string, reading: Reading): void {
  const sighting = sightingOf(line);
  reading.emit({
    kind: 'log-entry',
    product: 'other',
    component: 'deck',
    sighting,
    level,
    text: text.slice(0, ENTRY_LIMIT),
  });
  if (level === 'error') readWithin(text, sighting, reading, 'log');
}
