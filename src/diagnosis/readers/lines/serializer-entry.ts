// An entry of Kong's log serializer as far as we rely on it (Kong 1.0 to 3.15); what is not as expected counts as absent.

type Json = Readonly<Record<string, unknown>>;

/** Named things of an entry: the consumer, the route, the service. */
export interface SerializerParty {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly username: string | undefined;
  readonly custom_id: string | undefined;
}

export interface SerializerEntry {
  readonly request: {
    readonly id: string | undefined;
    readonly method: string;
    readonly uri: string;
    readonly url: string;
    readonly headers: Json;
  };
  readonly response: { readonly status: number; readonly headers: Json };
  readonly upstream_status: string | undefined;
  readonly source: string | undefined;
  readonly latencies: { readonly proxy: number | undefined };
  readonly tries: readonly { readonly ip: string; readonly port: number }[];
  readonly consumer: SerializerParty | undefined;
  readonly authenticated_entity: SerializerParty | undefined;
  readonly route: SerializerParty | undefined;
  readonly service: SerializerParty | undefined;
  readonly client_ip: string | undefined;
  readonly upstream_uri: string | undefined;
  /** Milliseconds since 1970. */
  readonly started_at: number | undefined;
}

/** The entry that a parsed JSON value is; undefined when it has no request, no response or no status. */
export function serializerEntry(value: unknown): SerializerEntry | undefined {
  if (!isRecord(value) || !isRecord(value.request) || !isRecord(value.response)) return undefined;
  const { request, response } = value;
  const { status } = response;
  if (typeof status !== 'number') return undefined;
  return {
    request: {
      id: textOf(request.id),
      method: textOf(request.method) ?? '',
      uri: textOf(request.uri) ?? '',
      url: textOf(request.url) ?? '',
      headers: isRecord(request.headers) ? request.headers : {},
    },
    response: { status, headers: isRecord(response.headers) ? response.headers : {} },
    upstream_status:
      typeof value.upstream_status === 'number' ? String(value.upstream_status) : textOf(value.upstream_status),
    source: textOf(value.source),
    latencies: { proxy: isRecord(value.latencies) ? numberOf(value.latencies.proxy) : undefined },
    tries: triesOf(value.tries),
    consumer: partyOf(value.consumer, ['id', 'username', 'custom_id']),
    authenticated_entity: partyOf(value.authenticated_entity, ['id']),
    route: partyOf(value.route, ['id', 'name']),
    service: partyOf(value.service, ['id', 'name']),
    client_ip: textOf(value.client_ip),
    upstream_uri: textOf(value.upstream_uri),
    started_at: numberOf(value.started_at),
  };
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function triesOf(value: unknown): SerializerEntry['tries'] {
  if (!Array.isArray(value) || !value.every(isRecord)) return [];
  return value.map((item) => ({ ip: textOf(item.ip) ?? '', port: numberOf(item.port) ?? 0 }));
}

/** Undefined too when one of the names is no text: then nothing of it can be relied on. */
function partyOf(value: unknown, names: readonly (keyof SerializerParty)[]): SerializerParty | undefined {
  if (!isRecord(value) || names.some((name) => value[name] != null && typeof value[name] !== 'string'))
    return undefined;
  return {
    id: textOf(value.id),
    name: textOf(value.name),
    username: textOf(value.username),
    custom_id: textOf(value.custom_id),
  };
}
