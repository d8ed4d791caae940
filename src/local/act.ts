// What the page may ask for, checked before anything is done.
import { z } from 'zod';

const Given = z.union([z.string(), z.array(z.string())]).optional();

/** What the page may ask for. */
export const Act = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('say'),
    channel: z.string(),
    threadTs: z.string().optional(),
    text: z.string().max(40_000),
    /** Ids of what was attached before. */
    files: z.array(z.string()).max(10).default([]),
  }),
  z.strictObject({
    kind: z.literal('press'),
    /** Of a message or view; without it the App Home. */
    id: z.string().optional(),
    actionId: z.string(),
    given: Given,
  }),
  z.strictObject({
    kind: z.literal('submit'),
    view: z.string(),
    values: z.record(z.string(), Given),
  }),
  z.strictObject({ kind: z.literal('leave'), view: z.string() }),
  z.strictObject({ kind: z.literal('shortcut'), callbackId: z.string(), message: z.string().optional() }),
  z.strictObject({ kind: z.literal('home'), tab: z.enum(['home', 'messages']) }),
]);
export type Act = z.infer<typeof Act>;

/** What the page is told at once; everything else comes through the room. */
export interface Acted {
  /** Sentences by block, for a form that was not accepted. */
  readonly errors?: Readonly<Record<string, string>>;
}
