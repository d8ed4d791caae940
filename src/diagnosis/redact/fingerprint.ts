// Keyed fingerprints: equal secrets of one run look equal, and nobody can confirm a guess without the key.
import { createHmac } from 'node:crypto';

/**
 * The fingerprint of a secret: `fp:` and 8 hex digits of HMAC-SHA-256 (RFC 2104).
 * @param key of the installation, or of the run on the command line
 */
export function fingerprint(key: Uint8Array, secret: string): string {
  return `fp:${createHmac('sha256', key).update(secret).digest('hex').slice(0, 8)}`;
}
