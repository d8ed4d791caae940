// A change of Kong's configuration as a value; the four flavours, the diff, the PATCH and the undo are views of it.

/** A value of a field: JSON, or a placeholder that the user must fill (rendered <LIKE_THIS>, never runnable by accident). */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

export interface PluginChange {
  readonly on: 'plugin';
  readonly plugin: string;
  readonly id?: string;
  readonly instanceName?: string;
  /** What it is attached to; none: global. Names or ids as seen in the paste. */
  readonly scope: { readonly service?: string; readonly route?: string; readonly consumer?: string };
  /** `create` adds the plugin, `update` changes the fields named, `delete` removes it. */
  readonly how: 'create' | 'update' | 'delete';
  /** Fields below config. */
  readonly config: Readonly<Record<string, FieldValue>>;
  readonly enabled?: boolean;
  readonly protocols?: readonly string[];
  /** The manifest that holds it, where the paste shows one: it is changed rather than a new one made. */
  readonly manifest?: { readonly kind: string; readonly name: string; readonly namespace?: string };
}

export interface EntityChange {
  readonly on: 'service' | 'route' | 'consumer' | 'upstream' | 'certificate' | 'ca-certificate';
  readonly nameOrId: string;
  readonly how: 'create' | 'update' | 'delete';
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A target of an upstream, named by its host and port. */
export interface TargetChange {
  readonly on: 'target';
  readonly upstream: string;
  readonly target: string;
  readonly how: 'create' | 'update' | 'delete';
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface CredentialChange {
  readonly on: 'credential';
  readonly type: 'key-auth' | 'basic-auth' | 'jwt' | 'hmac-auth' | 'oauth2' | 'acls' | 'mtls-auth';
  readonly consumer: string;
  readonly id?: string;
  readonly how: 'create' | 'update' | 'delete';
  /** Secret values are always placeholders. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Settings of every node: kong.conf, KONG_* and the values of the Helm chart. */
export interface SettingChange {
  readonly on: 'setting';
  readonly settings: Readonly<Record<string, string>>;
}

/** A call on a node that is no change of an entity: log level, cache, discovery. */
export interface NodeCall {
  readonly on: 'node';
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
}

export type Change = PluginChange | EntityChange | TargetChange | CredentialChange | SettingChange | NodeCall;
