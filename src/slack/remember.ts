// Recent diagnoses in memory, bounded: what buttons, second questions in a thread and the App Home come back to.
import type { Remember, Remembered } from './context.ts';

/** Diagnoses kept in all; each is some 10 kB. */
const KEPT = 1000;
const KEPT_OF_USER = 10;
/** Bytes of what diagnoses can be continued from, in all; mostly 2 kB each, at most half a megabyte. */
const MATERIAL = 64 * 2 ** 20;

/**
 * An empty memory.
 * @param limit diagnoses kept; the oldest goes first
 * @param room bytes of material kept; the oldest diagnosis loses its own first
 */
export function createRemember(limit = KEPT, room = MATERIAL): Remember {
  const byId = new Map<string, Remembered>();
  const byThread = new Map<string, string>();
  const answers = new Map<string, Map<string, boolean>>();
  const threadKey = (channel: string, threadTs: string): string => `${channel} ${threadTs}`;

  function forget(oldest: Remembered): void {
    byId.delete(oldest.id);
    answers.delete(oldest.id);
    if (oldest.threadTs === undefined) return;
    const key = threadKey(oldest.channel, oldest.threadTs);
    if (byThread.get(key) === oldest.id) byThread.delete(key);
  }

  return {
    put(remembered) {
      byId.delete(remembered.id);
      byId.set(remembered.id, remembered);
      // What was answered in private is no part of what its thread knows.
      if (remembered.threadTs !== undefined && remembered.messageTs !== undefined)
        byThread.set(threadKey(remembered.channel, remembered.threadTs), remembered.id);
      for (const oldest of byId.values()) {
        if (byId.size <= limit) break;
        forget(oldest);
      }
      let bytes = 0;
      for (const one of byId.values()) bytes += one.material?.byteLength ?? 0;
      for (const [id, { material, ...bare }] of byId) {
        if (bytes <= room) break;
        bytes -= material?.byteLength ?? 0;
        // In its place: it grows no younger by what it loses.
        byId.set(id, bare);
      }
    },
    byId: (id) => byId.get(id),
    byThread(channel, threadTs) {
      const id = byThread.get(threadKey(channel, threadTs));
      return id === undefined ? undefined : byId.get(id);
    },
    byUser: (user) =>
      [...byId.values()]
        .filter((remembered) => remembered.user === user)
        .sort((one, other) => other.at - one.at)
        .slice(0, KEPT_OF_USER),
    feedback(id, user, good) {
      if (!byId.has(id)) return;
      const given = answers.get(id) ?? new Map<string, boolean>();
      given.set(user, good);
      answers.set(id, given);
    },
  };
}
