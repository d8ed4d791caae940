// One thing of a digest that matters, and what to diagnose about it.
import { createHash } from 'node:crypto';

export const ITEM_KINDS = [
  'unreadable',
  'failures',
  'traffic',
  'health',
  'data-plane',
  'certificate',
  'identity-provider',
  'check',
  'configuration',
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** What a `Diagnose this` is about. */
export interface DiagnoseSubject {
  readonly type:
    | 'gateway'
    | 'service'
    | 'route'
    | 'consumer'
    | 'plugin'
    | 'upstream'
    | 'certificate'
    | 'identity-provider';
  readonly name: string;
  readonly id?: string;
  /** ms since 1970: when it happened, as far as the digest knows. */
  readonly from?: number;
  readonly to: number;
  readonly status?: number;
}

export interface DigestItem {
  /** Short and stable: the same matter has the same id in the next digest. */
  readonly id: string;
  readonly kind: ItemKind;
  /** 0 to 100: how much it matters. */
  readonly weight: number;
  /** A clause for the verdict, without a full stop. */
  readonly headline: string;
  /** One sentence with the figures. */
  readonly says: string;
  /** Further sentences, or lines of a diff. */
  readonly details: readonly string[];
  readonly diagnose: DiagnoseSubject;
}

/** Makes an item; its id comes from what it is about. */
export function item(kind: ItemKind, weight: number, parts: Omit<DigestItem, 'id' | 'kind' | 'weight'>): DigestItem {
  const { type, name, id, status } = parts.diagnose;
  const about = JSON.stringify([kind, type, id ?? name, status, kind === 'check' ? parts.headline : '']);
  const digest = createHash('sha256').update(about).digest('hex').slice(0, 12);
  return { id: digest, kind, weight: Math.round(Math.min(100, weight)), ...parts };
}
