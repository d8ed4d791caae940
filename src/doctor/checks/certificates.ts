// certificates: what the gateway holds: expiry, keys and names, and the certificates that plugins and services name.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { GatewaySnapshot, RawEntity } from '../../kong/snapshot.ts';
import type { Check, Subject } from '../check.ts';
import { isReference, listed, mapOf, nameOf, subjectFor, textsIn } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';

const NAME = 'certificates';
const DAY = 86_400_000;
const SOON = 30 * DAY;
const VERY_SOON = 7 * DAY;

export const certificates: Check = {
  name: NAME,
  title: 'Certificates of the gateway',
  run({ gateway, now }) {
    const results = new Results(NAME);
    for (const certificate of gateway.certificates ?? []) lookAtCertificate(certificate, now, results);
    for (const authority of gateway.caCertificates ?? []) lookAtAuthority(authority, now, results);
    const named = lookAtNamed(gateway, results);
    const count = (gateway.certificates?.length ?? 0) + (gateway.caCertificates?.length ?? 0);
    return results.all(
      count + named === 0
        ? undefined
        : `${count} certificates are valid for 30 days or more, and those that plugins and services name exist.`,
    );
  },
};

/** The certificates of a PEM text, the leaf first; undefined where one cannot be read. */
function chainOf(pem: unknown): readonly X509Certificate[] | undefined {
  const blocks =
    typeof pem === 'string'
      ? pem.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((block) => block.includes('BEGIN CERTIFICATE'))
      : [];
  try {
    return blocks.length === 0 ? undefined : blocks.map((block) => new X509Certificate(block));
  } catch {
    // Whatever is wrong with it, Kong cannot read it either: that is the result.
    return undefined;
  }
}

function subjectOf(entity: RawEntity, kind: string): Subject {
  const snis = textsIn(entity.snis);
  const name = `${kind} ${snis.length > 0 ? `of ${listed(snis)}` : nameOf(entity)}`;
  return { type: 'gateway', name, ...(typeof entity.id === 'string' ? { id: entity.id } : {}) };
}

function lookAtCertificate(entity: RawEntity, now: number, results: Results): void {
  for (const [cert, key] of [
    ['cert', 'key'],
    ['cert_alt', 'key_alt'],
  ] as const) {
    if (entity[cert] == null) continue;
    const subject = subjectOf(entity, 'certificate');
    if (isReference(entity[cert])) {
      results.couldNotLook(subject, 'It comes from a vault, which the Admin API does not resolve.');
      continue;
    }
    const chain = chainOf(entity[cert]);
    const [leaf] = chain ?? [];
    if (chain === undefined || leaf === undefined) {
      results.failed(subject, 'It is no certificate that can be read.', 'Store it again as PEM, the leaf first.');
      continue;
    }
    for (const one of chain) lookAtExpiry(one, one === leaf ? '' : 'an intermediate of it ', subject, now, results);
    const isPair = isKeyOf(leaf, entity[key]);
    if (isPair === false)
      results.failed(
        subject,
        'Its private key belongs to another certificate.',
        'Store certificate and key of one pair together.',
      );
    const uncovered = textsIn(entity.snis).filter((sni) => leaf.checkHost(sni.replace('*', 'name')) === undefined);
    if (uncovered.length > 0)
      results.failed(
        subject,
        `It is presented for ${listed(uncovered)}, which it does not name.`,
        'Order a certificate with these names, or take the SNI off this one.',
      );
  }
}

/** Undefined where the key is not shown. */
function isKeyOf(certificate: X509Certificate, key: unknown): boolean | undefined {
  if (typeof key !== 'string' || !key.includes('PRIVATE KEY')) return undefined;
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    // An encrypted or foreign form: nothing can be said of it.
    return undefined;
  }
}

function lookAtAuthority(entity: RawEntity, now: number, results: Results): void {
  const subject = subjectOf(entity, 'CA certificate');
  const [certificate] = chainOf(entity.cert) ?? [];
  if (certificate === undefined) {
    results.couldNotLook(subject, 'It cannot be read as a certificate.');
    return;
  }
  lookAtExpiry(certificate, '', subject, now, results);
  if (!certificate.ca)
    results.failed(
      subject,
      'It is no authority (CA is false), so no certificate can be verified with it.',
      'Store the certificate of the authority that signed the clients, not one of a client.',
      'client-cert-missing',
    );
}

function lookAtExpiry(
  certificate: X509Certificate,
  which: string,
  subject: Subject,
  now: number,
  results: Results,
): void {
  const from = Date.parse(certificate.validFrom);
  const left = Date.parse(certificate.validTo) - now;
  const until = new Date(now + left).toISOString().slice(0, 10);
  const what = which === '' ? 'It' : which.charAt(0).toUpperCase() + which.slice(1).trimEnd();
  if (from > now) {
    results.failed(
      subject,
      `${what} is not valid before ${new Date(from).toISOString().slice(0, 10)}.`,
      'Check the clock of the node that asked for it, or wait.',
    );
    return;
  }
  if (left < 0) {
    results.failed(subject, `${what} expired on ${until}.`, 'Renew it now: handshakes fail.');
    return;
  }
  if (left < SOON)
    results.failed(
      subject,
      `${what} expires in ${Math.floor(left / DAY)} days, on ${until}.`,
      left < VERY_SOON ? 'Renew it this week; look at why the renewal did not run.' : 'Renew it within the month.',
    );
}

/** Certificates that something names by id. @returns how many are named */
function lookAtNamed(gateway: GatewaySnapshot, results: Results): number {
  const map = mapOf(gateway);
  let named = 0;
  const missing = (list: readonly RawEntity[] | undefined, id: string, what: string, subject: Subject): boolean => {
    named += 1;
    if (list === undefined)
      results.couldNotLook(subject, `It names a ${what}, and this node does not tell which it has.`);
    return list !== undefined && !list.some((entity) => entity.id === id);
  };
  for (const plugin of map.pluginsNamed('mtls-auth', 'header-cert-auth'))
    for (const id of textsIn(map.field(plugin, 'ca_certificates').value))
      if (missing(gateway.caCertificates, id, 'CA certificate', map.subjectOf(plugin)))
        results.failed(
          map.subjectOf(plugin),
          `Its ca_certificates name ${id}, which does not exist: client certificates of that authority are refused.`,
          'Post the CA certificate to /ca_certificates and put its id into config.ca_certificates.',
          'client-cert-missing',
        );
  for (const plugin of map.pluginsNamed('openid-connect')) {
    const id = map.field(plugin, 'tls_client_auth_cert_id').value;
    const methods = textsIn(map.field(plugin, 'client_auth').value).filter((method) =>
      method.endsWith('tls_client_auth'),
    );
    if (typeof id === 'string') {
      if (missing(gateway.certificates, id, 'certificate', map.subjectOf(plugin)))
        results.failed(
          map.subjectOf(plugin),
          `Its tls_client_auth_cert_id names ${id}, which does not exist: the identity provider gets no client certificate.`,
          'Post the certificate to /certificates and put its id into config.tls_client_auth_cert_id.',
          'oidc-client-invalid',
        );
    } else if (methods.length > 0) {
      named += 1;
      results.failed(
        map.subjectOf(plugin),
        `Its client_auth is ${methods[0]}, and tls_client_auth_cert_id is not set: the identity provider gets no client certificate.`,
        'Set config.tls_client_auth_cert_id to the id of a certificate in /certificates.',
        'oidc-client-auth-method',
      );
    }
  }
  for (const service of gateway.services) {
    const reference = service.client_certificate;
    const id =
      typeof reference === 'object' && reference !== null && 'id' in reference ? String(reference.id) : undefined;
    if (id !== undefined && missing(gateway.certificates, id, 'certificate', subjectFor('service', service)))
      results.failed(
        subjectFor('service', service),
        `Its client_certificate names ${id}, which does not exist.`,
        'Post the certificate to /certificates and set client_certificate.id of the service.',
        'upstream-tls-mismatch',
      );
    for (const authority of textsIn(service.ca_certificates))
      if (missing(gateway.caCertificates, authority, 'CA certificate', subjectFor('service', service)))
        results.failed(
          subjectFor('service', service),
          `Its ca_certificates name ${authority}, which does not exist.`,
          'Post the CA certificate to /ca_certificates and set ca_certificates of the service.',
          'upstream-tls-mismatch',
        );
  }
  if (gateway.certificates === undefined && gateway.caCertificates === undefined && named === 0)
    results.couldNotLook(GATEWAY, 'The node does not tell its certificates, so their expiry is open.');
  return named;
}
