// The processes that another one has started, as Linux tells them.
import { existsSync, readFileSync } from 'node:fs';

const path = (pid: number): string => `/proc/${pid}/task/${pid}/children`;

/** Why they cannot be known, or false. */
export const noChildren: string | false = existsSync(path(process.pid))
  ? false
  : 'this system does not tell which processes a process has started';

/** Ids of those that live now and were started by the main thread. */
export function childrenOf(pid: number): readonly number[] {
  return readFileSync(path(pid), 'utf8').split(' ').filter(Boolean).map(Number);
}
