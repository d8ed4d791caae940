// Sign exactly what Kong receives.
import type { RemedyDraft } from './remedy.ts';

/** Sign exactly what Kong receives. */
export function signRequest(): RemedyDraft {
  return {
    title: 'Sign exactly what Kong receives',
    risk: 'low',
    note: 'On the client: the headers in the listed order, `request-line` as Kong sees it, Date within clock_skew (300 s), the digest of the very body.',
    changes: [],
    text: {
      'admin-api':
        'curl -v \'https://<HOST>/<PATH>\' -H \'Date: <RFC_7231_DATE>\' -H \'Authorization: hmac username="<USER>", algorithm="hmac-sha256", headers="date @request-target", signature="<SIGNATURE>"\'',
    },
  };
}
