// The whole of one gateway's configuration as its Admin API tells it: for the doctor, digests and whole-config diagnoses.
import { path } from './path.ts';
import { type GatewayReading, type LivePlugin, livePlugin, type Root } from './read.ts';

export type RawEntity = Readonly<Record<string, unknown>>;

/** Collections of secrets that belong to consumers; those of other editions are missing there. */
export const CREDENTIAL_COLLECTIONS = [
  'key-auths',
  'basic-auths',
  'jwts',
  'hmac-auths',
  'oauth2',
  'mtls-auths',
  'acls',
] as const;
export type CredentialCollection = (typeof CREDENTIAL_COLLECTIONS)[number];

/**
 * Entities as they were answered, secrets included: what leaves this process goes through the reading's redactor.
 * A collection that the node does not tell is undefined, and a note of the reading says why.
 */
export interface GatewaySnapshot {
  readonly root: Root;
  readonly services: readonly RawEntity[];
  readonly routes: readonly RawEntity[];
  readonly plugins: readonly LivePlugin[];
  readonly consumers: readonly RawEntity[];
  readonly credentials: Readonly<Partial<Record<CredentialCollection, readonly RawEntity[]>>>;
  readonly upstreams: readonly RawEntity[] | undefined;
  readonly certificates: readonly RawEntity[] | undefined;
  readonly caCertificates: readonly RawEntity[] | undefined;
  readonly dataPlanes: readonly RawEntity[] | undefined;
}

/**
 * Reads everything that bears on authentication.
 * @throws KongauthError `kong-...` when services, routes, plugins or consumers cannot be read
 */
export async function readSnapshot(reading: GatewayReading): Promise<GatewaySnapshot> {
  const ifTold = (collection: string) => reading.ifTold(reading.list(path(collection)));
  const root = await reading.root();
  const role = root.configuration?.role;
  const [services, routes, plugins, consumers, upstreams, certificates, caCertificates, dataPlanes, ...credentials] =
    await Promise.all([
      reading.list(path('services')),
      reading.list(path('routes')),
      reading.list(path('plugins')),
      reading.list(path('consumers')),
      ifTold('upstreams'),
      ifTold('certificates'),
      ifTold('ca_certificates'),
      role === undefined || role === 'control_plane'
        ? reading.ifTold(reading.ifThere(reading.list(path('clustering', 'data-planes'))))
        : undefined,
      ...CREDENTIAL_COLLECTIONS.map((collection) => reading.ifTold(reading.ifThere(reading.list(path(collection))))),
    ]);
  return {
    root,
    services,
    routes,
    plugins: plugins.map((raw) => livePlugin(raw, root)),
    consumers,
    credentials: Object.fromEntries(
      CREDENTIAL_COLLECTIONS.flatMap((collection, at) => {
        const list = credentials[at];
        return list === undefined ? [] : [[collection, list]];
      }),
    ),
    upstreams,
    certificates,
    caCertificates,
    dataPlanes,
  };
}
