// Payloads that may hold a pasted secret are sealed before they are stored: AES-256-GCM with the installation's key.
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Keeps this use of the installation's key apart from that of the fingerprints. */
const PURPOSE = 'kongauth sealed payloads 1';

export interface Seal {
  close(text: string): Uint8Array;
  /** Undefined for what was sealed with another key or changed since. */
  open(sealed: Uint8Array): string | undefined;
}

/** @param key of the installation, 16 bytes or more */
export function createSeal(key: Uint8Array): Seal {
  // As an object: bytes would be made into one for each payload.
  const own = createSecretKey(new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), PURPOSE, 32)));
  return {
    close(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', own, iv);
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', own, sealed.subarray(0, IV_BYTES));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const opened = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
        return Buffer.concat([opened, decipher.final()]).toString('utf8');
      } catch {
        // The tag does not fit, and nothing more can be known of it.
        return undefined;
      }
    },
  };
}
