// propose: a remedy's change becomes the exact write of a live entity, tried on Kong's own validation, with its diff.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Flavour } from '../../diagnosis/names.ts';
import { secretKindOf } from '../../diagnosis/redact/kong-secrets.ts';
import type { Change } from '../../diagnosis/remedies/change.ts';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../client.ts';
import { path } from '../path.ts';
import { GatewayReading, type Root } from '../read.ts';
import {
  isRecord,
  isSameValue,
  leavesOf,
  merged,
  partNamedBy,
  seenFields,
  valueAt,
  withoutBookkeeping,
} from './fields.ts';
import { cautionOf, type HandsOff, whyHandsOff } from './ownership.ts';
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

/** `refused`: not from here, one sentence; the snippet remains, in the notation of `instead` where one fits best. */
export type Proposed = { readonly proposal: Proposal } | { readonly refused: string; readonly instead?: Flavour };

const PLACEHOLDER = /<[A-Z][A-Z0-9_]+>/;
const HIDDEN = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/;
const NO_FIELD = 'not set';

/**
 * Makes a proposal and changes nothing.
 * @throws KongauthError `kong-...` when the gateway cannot be read
 */
export async function propose(client: AdminClient, change: Change, options: ProposeOptions): Promise<Proposed> {
  const unfit = whyUnfit(change);
  if (unfit !== undefined) return { refused: unfit };
  const reading = new GatewayReading(client, options.key);
  const root = await reading.root();
  const target = await targetOf(reading, change);
  if (typeof target === 'string') return { refused: target };
  const off = whyNotOurs(root, options.gateway, target);
  if (off !== undefined) return { refused: off.says, ...(off.instead === undefined ? {} : { instead: off.instead }) };
  const secret = secretIn(reading, target);
  if (secret !== undefined)
    return { refused: `The field ${secret} is a secret, which is never written from here; use the snippet.` };
  const diff = diffOf(target);
  if (diff.length === 0) return { refused: `Nothing would change: ${target.subject} is set so already.` };
  const refusal = await dryRun(client, target);
  if (refusal !== undefined) return { refused: refusal };
  return { proposal: proposalOf(target, diff, options) };
}

/** Why a change is none that can be written as it stands, one sentence; undefined when it may be. Asks nobody. */
export function whyUnfit(change: Change): string | undefined {
  const text = JSON.stringify(change);
  const gap = PLACEHOLDER.exec(text)?.[0];
  if (gap !== undefined) return `The fix still has ${gap} to fill in; use the snippet.`;
  return HIDDEN.test(text) ? 'The fix holds a value that is hidden here; use the snippet.' : undefined;
}

function whyNotOurs(root: Root, gateway: GatewaySettings, { entity = {}, owners }: Target): HandsOff | undefined {
  const off = whyHandsOff(root, gateway, entity);
  if (off !== undefined) return off;
  for (const owner of owners) {
    const why = whyHandsOff(root, gateway, owner.entity);
    if (why !== undefined) return { ...why, says: `It belongs to ${owner.called}. ${why.says}` };
  }
  return undefined;
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
    caution: cautionOf(entity ?? {}),
    seen: entity === undefined ? {} : seenFields(entity, options.key),
    proposer: options.proposer,
    channel: options.channel,
    at: options.now,
    state: 'proposed',
  };
}

/** The first field of the change that is a secret, before or after. A deletion concerns all fields. */
function secretIn(reading: GatewayReading, { how, entity = {}, body }: Target): string | undefined {
  // What the whole entity gives away is known before single fields are judged.
  if (Object.keys(entity).length > 0) reading.seen('plugin', entity);
  for (const field of leavesOf(how === 'delete' ? entity : body).keys()) {
    const at = field.split('.');
    // A null may empty a whole record, so what is below the field counts as well.
    for (const value of [valueAt(body, at), valueAt(entity, at)]) {
      const secret = everyLeaf(field, value).find(([path, leaf]) => isSecret(path, leaf, reading));
      if (secret !== undefined) return secret[0];
    }
  }
  return undefined;
}

function everyLeaf(path: string, value: unknown): readonly (readonly [path: string, leaf: unknown])[] {
  if (Array.isArray(value)) return value.flatMap((item) => everyLeaf(path, item));
  if (isRecord(value)) return Object.entries(value).flatMap(([name, inner]) => everyLeaf(`${path}.${name}`, inner));
  return [[path, value]];
}

function isSecret(path: string, leaf: unknown, { redactor }: GatewayReading): boolean {
  if (leaf === null || leaf === undefined || leaf === '' || typeof leaf === 'boolean') return false;
  // Where a secret is to be found is none.
  if (typeof leaf === 'string' && /^\{vault:\/\/[^{}]{1,300}\}$/.test(leaf)) return false;
  return secretKindOf(path) !== undefined || HIDDEN.test(redactor.text(JSON.stringify(leaf)));
}

function diffOf({ how, entity, body }: Target): readonly FieldChange[] {
  if (how === 'delete') return [{ field: 'the whole plugin', before: shown(entity?.name), after: 'deleted' }];
  return [...leavesOf(body)].flatMap(([field, after]) => {
    if (field === 'id') return [];
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
  const at = path('schemas', collection.split('/').at(-1) ?? '', 'validate');
  try {
    const { id: _id, ...checked } = withoutBookkeeping(whole);
    Validated.parse(await client.write('POST', at, checked));
    return undefined;
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    // Older nodes cannot say beforehand; the PATCH itself is validated all the same.
    if (error.code === 'kong-not-found') return undefined;
    if (error.code === 'kong-rejected') return `${error.message} Kong was asked before anything was changed.`;
    // Of a question the outcome does not matter, but that it was not answered.
    if (error.code === 'kong-outcome-unknown')
      return 'Kong did not answer whether it would take this change; nothing was changed, try again in a minute.';
    if (error.code === 'kong-read-only') return error.message;
    throw error;
  }
}
