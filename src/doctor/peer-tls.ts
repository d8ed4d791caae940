// What a peer's certificate says, read from the connection whether it is trusted here or not.
import {
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';

/** Why a certificate is not trusted, as far as it decides what to do. */
export type Distrust = 'unknown-authority' | 'chain-incomplete' | 'ended' | 'not-begun' | 'wrong-name' | 'other';

export interface PeerTls {
  readonly trusted: boolean;
  /** Undefined when it is trusted. */
  readonly distrust?: Distrust;
  /** OpenSSL's or Node's code, with the distrust: `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly code?: string;
  /** ms since 1970, the earliest end of the certificates that it shows. */
  readonly validTo: number;
  /** Common name of what ends first. */
  readonly endsFirst: string;
  readonly issuer: string;
  /** Names that it is made for: `DNS:idp.example, DNS:login.example`. */
  readonly names: string;
}

/**
 * What a reach trusts: Node's authorities (NODE_EXTRA_CA_CERTS among them), the machine's, and those given. Made once, since
 * hundreds of certificates are read for it.
 */
export function trustWith(ca: string | undefined): SecureContext {
  const known = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  return createSecureContext({ ca: [...known, ...(ca === undefined ? [] : [ca])] });
}

/** Undefined where the peer showed no certificate. */
export function tlsOf(socket: TLSSocket): PeerTls | undefined {
  const leaf = socket.getPeerCertificate(true);
  if (Object.keys(leaf).length === 0) return undefined;
  const chain: PeerCertificate[] = [];
  for (let at: PeerCertificate & { issuerCertificate?: PeerCertificate } = leaf; !chain.includes(at); ) {
    chain.push(at);
    if (at.issuerCertificate === undefined) break;
    at = at.issuerCertificate;
  }
  const [ending] = [...chain].sort((one, other) => Date.parse(one.valid_to) - Date.parse(other.valid_to));
  return {
    trusted: socket.authorized,
    ...(socket.authorized ? {} : distrustOf(socket.authorizationError)),
    validTo: Date.parse(ending?.valid_to ?? ''),
    endsFirst: commonName(ending?.subject),
    issuer: commonName(leaf.issuer),
    names: leaf.subjectaltname ?? '',
  };
}

const DISTRUSTS: Readonly<Record<string, Distrust>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'chain-incomplete',
  CERT_HAS_EXPIRED: 'ended',
  CERT_NOT_YET_VALID: 'not-begun',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
};

/** Node gives a code for OpenSSL's reasons, and an error with one for a wrong name. */
function distrustOf(reason: unknown): { readonly distrust: Distrust; readonly code: string } {
  const text = reason instanceof Error && 'code' in reason ? reason.code : reason;
  const code = typeof text === 'string' ? text : 'unknown reason';
  return { distrust: DISTRUSTS[code] ?? 'other', code };
}

function commonName(name: PeerCertificate['subject'] | undefined): string {
  return ([name?.CN ?? name?.O].flat()[0] ?? 'without a name').slice(0, 100);
}
