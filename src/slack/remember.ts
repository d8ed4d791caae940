// Diagnoses in the store: what buttons, second questions in a thread and the App Home come back to, on any replica.
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { isStoreDown } from '../errors.ts';
import type { Database } from '../store/database.ts';
import {
  diagnosesByUser,
  diagnosisById,
  diagnosisByThread,
  type KeptDiagnosis,
  keepFeedback,
  putDiagnosis,
} from '../store/diagnoses.ts';
import type { Remember, Remembered } from './context.ts';

const OF_USER = 10;
/** To be raised when a diagnosis changes its form: what an older version kept is then forgotten rather than misread. */
const FORM = 1;

const Payload = z.object({
  form: z.literal(FORM),
  // Written by this form of this program; the parts of a diagnosis are not checked again.
  diagnosis: z.custom<Diagnosis>((value) => typeof value === 'object' && value !== null),
  readUpTo: z.string().exactOptional(),
  gateway: z.string().exactOptional(),
  said: z.object({ news: z.string(), notes: z.array(z.string()) }).exactOptional(),
  shared: z.boolean().exactOptional(),
});

/** What an answer can do without: undefined while the store is away. */
export async function ifStored<T>(log: Logger, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isStoreDown(error)) throw error;
    log.warn({ err: error }, 'an answer is given without the store');
    return undefined;
  }
}

/** @param now ms since 1970 */
export function createRemember(database: Database, now: () => number): Remember {
  return {
    async put({ id, user, channel, threadTs, messageTs, at, material, ...payload }) {
      await putDiagnosis(database, {
        id,
        user,
        channel,
        at,
        ...(threadTs === undefined ? {} : { threadTs }),
        ...(messageTs === undefined ? {} : { messageTs }),
        ...(material === undefined ? {} : { material }),
        payload: { form: FORM, ...payload },
      });
    },
    byId: async (id) => rememberedOf(await diagnosisById(database, id)),
    byThread: async (channel, threadTs) => rememberedOf(await diagnosisByThread(database, channel, threadTs)),
    async byUser(user) {
      const kept = await diagnosesByUser(database, user, OF_USER);
      return kept.map(rememberedOf).filter((remembered) => remembered !== undefined);
    },
    feedback: (id, user, good) => keepFeedback(database, id, user, good, now()),
  };
}

function rememberedOf(kept: KeptDiagnosis | undefined): Remembered | undefined {
  if (kept === undefined) return undefined;
  const { payload, ...columns } = kept;
  const parsed = Payload.safeParse(payload);
  if (!parsed.success) return undefined;
  const { form: _form, ...rest } = parsed.data;
  return { ...columns, ...rest };
}
