// What is on Slack's wire is looked at before it is used.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An empty object for everything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The objects of a list, which may have come as its JSON text; none for everything else. */
export function objectsOf(value: unknown): readonly Fields[] {
  const list: unknown = typeof value === 'string' ? parsedOr(value) : value;
  return Array.isArray(list) ? list.filter(isFields) : [];
}

/** Undefined for what is no text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Undefined for what is no JSON. */
export function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Arguments of a call of the Web API, a form or a JSON body; those that are JSON within a form are read as well. */
export function argumentsOf(body: string, contentType: string): Fields {
  if (contentType.includes('json')) return fieldsOf(parsedOr(body));
  const args: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body))
    args[name] = /^[[{]/.test(value) && name !== 'text' ? (parsedOr(value) ?? value) : value;
  return args;
}

/** emulate does not look at `oldest` and `latest`. */
export function between({ oldest, latest }: Fields, answered: Fields): Fields {
  const least = oldest === undefined ? 0 : Number(oldest);
  const most = latest === undefined ? Number.POSITIVE_INFINITY : Number(latest);
  const messages = objectsOf(answered.messages);
  return { ...answered, messages: messages.filter(({ ts }) => Number(ts) >= least && Number(ts) <= most) };
}
