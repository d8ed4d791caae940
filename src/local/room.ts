// What the page shows: messages, what only one person sees, open modals and App Homes; every change is told to who looks.
import type { Fields } from './fields.ts';

export interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly size: number;
}

export interface RoomMessage {
  /** `CHANNEL:TS`. */
  readonly id: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly files: readonly ShownFile[];
  /** Names of the marks, with who set them. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly isEdited?: boolean;
  /** The only person who sees it. */
  readonly onlyFor?: string;
}

export type Change =
  | { readonly kind: 'message'; readonly message: RoomMessage }
  | { readonly kind: 'removed'; readonly id: string }
  /** The modals that a person has open, the upmost last. */
  | { readonly kind: 'views'; readonly user: string; readonly views: readonly Fields[] }
  | { readonly kind: 'home'; readonly user: string; readonly view: Fields }
  /** A line for one person that Slack itself would show. */
  | { readonly kind: 'note'; readonly user: string; readonly text: string };

/** Messages of one process are few; a long session still ends somewhere. */
const MESSAGES = 5000;

export class Room {
  private readonly messages = new Map<string, RoomMessage>();
  private readonly views = new Map<string, readonly Fields[]>();
  private readonly homes = new Map<string, Fields>();
  private readonly lookers = new Set<(change: Change) => void>();

  /** Tells every change from now on; returns the end of it. */
  watch(look: (change: Change) => void): () => void {
    this.lookers.add(look);
    return () => this.lookers.delete(look);
  }

  /** All that a person sees, oldest first. */
  seenBy(user: string): readonly Change[] {
    const changes: Change[] = [...this.messages.values()].map((message) => ({ kind: 'message', message }));
    changes.push({ kind: 'views', user, views: this.viewsOf(user) });
    const home = this.homes.get(user);
    if (home !== undefined) changes.push({ kind: 'home', user, view: home });
    return changes.filter((change) => isFor(change, user));
  }

  message(id: string): RoomMessage | undefined {
    return this.messages.get(id);
  }

  put(message: RoomMessage): void {
    this.messages.set(message.id, message);
    const [oldest] = this.messages.keys();
    if (this.messages.size > MESSAGES && oldest !== undefined) this.messages.delete(oldest);
    this.tell({ kind: 'message', message });
  }

  /** Changes a message that is there. */
  alter(id: string, change: Partial<RoomMessage>): void {
    const message = this.messages.get(id);
    if (message !== undefined) this.put({ ...message, ...change });
  }

  remove(id: string): void {
    if (this.messages.delete(id)) this.tell({ kind: 'removed', id });
  }

  react(id: string, name: string, user: string, isSet: boolean): void {
    const { reactions } = this.messages.get(id) ?? {};
    if (reactions === undefined) return;
    const others = (reactions[name] ?? []).filter((who) => who !== user);
    const { [name]: _replaced, ...rest } = reactions;
    const all = isSet ? [...others, user] : others;
    this.alter(id, { reactions: all.length === 0 ? rest : { ...rest, [name]: all } });
  }

  viewsOf(user: string): readonly Fields[] {
    return this.views.get(user) ?? [];
  }

  showViews(user: string, views: readonly Fields[]): void {
    this.views.set(user, views);
    this.tell({ kind: 'views', user, views });
  }

  homeOf(user: string): Fields | undefined {
    return this.homes.get(user);
  }

  showHome(user: string, view: Fields): void {
    this.homes.set(user, view);
    this.tell({ kind: 'home', user, view });
  }

  note(user: string, text: string): void {
    this.tell({ kind: 'note', user, text });
  }

  private tell(change: Change): void {
    for (const look of this.lookers) look(change);
  }
}

/** Whether a person may see a change. */
export function isFor(change: Change, user: string): boolean {
  switch (change.kind) {
    case 'message':
      return change.message.onlyFor === undefined || change.message.onlyFor === user;
    case 'removed':
      return true;
    default:
      return change.user === user;
  }
}

/** The id of a message in the room. */
export function roomId(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}
