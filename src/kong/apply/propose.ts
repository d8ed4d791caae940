// propose: a remedy's change becomes the exact write of a live entity, tried on Kong's own validation, with its diff.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { secretKindOf } from '../../diagnosis/redact/kong-secrets.ts';
import type { Change } from '../../diagnosis/remedies/change.ts';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../client.ts';
import { path } from '../path.ts';
import { GatewayReading } from '../read.ts';
import { isSameValue, leavesOf, merged, partNamedBy, seenFields, valueAt } from './fields.ts';
import { whyHandsOff } from './ownership.ts';
import { type Target, targetOf } from './target.ts';
import type { FieldChange, Proposal } from './trail.ts';

export interface ProposeOptions {
  readonly gateway: GatewaySettings;
  /** The installation's: a proposal outlives the process that made it. */
  readonly key: Uint8Array;
  /** ms since 1970 */
  readonly now: number;
  readonly title: string;
  /** Slack ids. */
  readonly proposer: string;
  readonly channel: string;
}

/** `refused`: not from here, one sentence; the snippet remains. */
export type Proposed = { readonly proposal: Proposal } | { readonly refused: string };

const PLACEHOLDER = /<[A-Z][A-Z0-9_]+>/;
const HIDDEN = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/;
const NO_FIELD = 'not set';

/**
 * Makes a proposal and changes nothing.
 * @throws KongauthError `kong-...` when the gateway cannot be read
 */
export async function propose(client: AdminClient, change: Change, options: ProposeOptions): Promise<Proposed> {
  const text = JSON.stringify(change);
  const gap = PLACEHOLDER.exec(text)?.[0];
  if (gap !== undefined) return { refused: `The fix still has ${gap} to fill in; use the snippet.` };
  if (HIDDEN.test(text)) return { refused: 'The fix holds a value that is hidden here; use the snippet.' };
  const reading = new GatewayReading(client, options.key);
  const root = await reading.root();
  const target = await targetOf(reading, change);
  if (typeof target === 'string') return { refused: target };
  const off = whyHandsOff(root, options.gateway, target.entity ?? {});
  if (off !== undefined) return { refused: off };
  const secret = secretIn(reading, target);
  if (secret !== undefined)
    return { refused: `The field ${secret} is a secret, which is never written from here; use the snippet.` };
  const diff = diffOf(target);
  if (diff.length === 0) return { refused: `Nothing would change: ${target.subject} is set so already.` };
  const refusal = await dryRun(client, target);
  if (refusal !== undefined) return { refused: refusal };
  return { proposal: proposalOf(target, diff, options) };
}

function proposalOf(target: Target, diff: readonly FieldChange[], options: ProposeOptions): Proposal {
  const { how, collection, entity, body, subject } = target;
  return {
    id: randomBytes(8).toString('hex'),
    gateway: options.gateway.name,
    title: options.title,
    subject,
    how,
    collection,
    ...(typeof entity?.id === 'string' ? { entity: entity.id } : {}),
    body,
    before: entity === undefined ? {} : how === 'delete' ? entity : partNamedBy(body, entity),
    diff,
    seen: entity === undefined ? {} : seenFields(entity, options.key),
    proposer: options.proposer,
    channel: options.channel,
    at: options.now,
    state: 'proposed',
  };
}

/** The first field of the change that is a secret, before or after. A deletion concerns all fields. */
function secretIn(reading: GatewayReading, { how, entity, body }: Target): string | undefined {
  const concerned = [...leavesOf(how === 'delete' ? (entity ?? {}) : body).keys()];
  const before = leavesOf(entity ?? {});
  // What the whole entity gives away is known before single fields are judged.
  if (entity !== undefined) reading.seen('plugin', entity);
  for (const field of concerned) {
    const values = [valueAt(body, field.split('.')), before.get(field)].filter((value) => value != null);
    if (secretKindOf(field) !== undefined && values.some((value) => !isEmpty(value))) return field;
    if (values.some((value) => HIDDEN.test(reading.redactor.text(JSON.stringify(value))))) return field;
  }
  return undefined;
}

function isEmpty(value: unknown): boolean {
  return value === '' || typeof value === 'boolean' || (Array.isArray(value) && value.length === 0);
}

function diffOf({ how, entity, body }: Target): readonly FieldChange[] {
  if (how === 'delete') return [{ field: 'the whole plugin', before: shown(entity?.name), after: 'deleted' }];
  return [...leavesOf(body)].flatMap(([field, after]) => {
    const before = entity === undefined ? undefined : valueAt(entity, field.split('.'));
    if (before !== undefined && isSameValue(before, after)) return [];
    return [{ field, before: before === undefined ? NO_FIELD : shown(before), after: shown(after) }];
  });
}

function shown(value: unknown): string {
  return value === null || value === undefined ? NO_FIELD : JSON.stringify(value);
}

const Validated = z.looseObject({ message: z.string() });

/** Asks Kong's own schema, which stores nothing (since 2.4); a sentence when it refuses. */
async function dryRun(client: AdminClient, { how, collection, entity, body }: Target): Promise<string | undefined> {
  if (how === 'delete') return undefined;
  const whole = merged(entity ?? {}, body);
  const at =
    collection === 'plugins' ? path('schemas', 'plugins', 'validate') : path('schemas', collection, 'validate');
  try {
    Validated.parse(await client.write('POST', at, withoutBookkeeping(whole)));
    return undefined;
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    // Older nodes cannot say beforehand; the PATCH itself is validated all the same.
    if (error.code === 'kong-not-found') return undefined;
    if (error.code === 'kong-rejected') return `${error.message} Kong was asked before anything was changed.`;
    if (error.code === 'kong-read-only') return error.message;
    throw error;
  }
}

/** Fields that Kong fills itself are no part of a plugin's schema check. */
function withoutBookkeeping(entity: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => !['id', 'created_at', 'updated_at', 'ws_id'].includes(name)),
  );
}
