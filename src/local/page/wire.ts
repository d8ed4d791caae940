// What the server tells and takes, with the shapes of both.

export type Fields = Readonly<Record<string, unknown>>;

export interface Message {
  readonly id: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly files: readonly {
    readonly id: string;
    readonly name: string;
    readonly mimetype: string;
    readonly size: number;
  }[];
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly isEdited?: boolean;
  readonly onlyFor?: string;
}

export interface Hello {
  readonly team: string;
  readonly me: string;
  readonly person: string;
  readonly people: readonly { readonly id: string; readonly name: string; readonly realName: string }[];
  readonly bot: { readonly id: string; readonly name: string };
  readonly channels: readonly { readonly id: string; readonly name: string; readonly isMember: boolean }[];
  readonly direct: string;
  readonly commands: readonly { readonly command: string; readonly description: string; readonly hint: string }[];
  readonly shortcuts: readonly {
    readonly name: string;
    readonly type: 'message' | 'global';
    readonly callbackId: string;
  }[];
  readonly incidents: readonly { readonly name: string; readonly title: string }[];
  readonly otherGateways: readonly string[];
  readonly isKept: boolean;
}

export type Told =
  | ({ readonly kind: 'hello' } & Hello)
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'removed'; readonly id: string }
  | { readonly kind: 'views'; readonly views: readonly Fields[] }
  | { readonly kind: 'home'; readonly view: Fields }
  | { readonly kind: 'note'; readonly text: string }
  /** All that was there has been told. */
  | { readonly kind: 'current' };

export type Given = string | readonly string[] | undefined;

export interface Acted {
  readonly errors?: Readonly<Record<string, string>>;
}

/** Does something as a person. */
export async function act(person: string, what: Fields): Promise<Acted> {
  return (await post(`/act?as=${encodeURIComponent(person)}`, JSON.stringify(what))) as Acted;
}

export async function play(person: string, incident: string): Promise<void> {
  await post(`/play?as=${encodeURIComponent(person)}&incident=${encodeURIComponent(incident)}`, '{}');
}

/** Uploads a file for the next message or form; returns its id. */
export async function attach(person: string, file: File): Promise<string> {
  const path = `/attach?as=${encodeURIComponent(person)}&name=${encodeURIComponent(file.name)}`;
  return String(((await post(path, file)) as { readonly id: unknown }).id);
}

async function post(path: string, body: BodyInit): Promise<unknown> {
  const response = await fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  if (!response.ok) throw new Error((await response.text()).trim());
  return await response.json();
}

/** Hears what happens, from the beginning; returns the end of it. */
export function listen(person: string, hear: (told: Told) => void, lost: (isLost: boolean) => void): () => void {
  const source = new EventSource(`/changes?as=${encodeURIComponent(person)}`);
  source.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as Told));
  source.addEventListener('open', () => lost(false));
  source.addEventListener('error', () => lost(true));
  return () => source.close();
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The text of a text object or a text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { text } = fieldsOf(value);
  return typeof text === 'string' ? text : '';
}
