// Trust the balancer’s forwarded headers.
import type { RemedyDraft } from './remedy.ts';

/** Trust the balancer’s forwarded headers. */
export function trustForwardedHeaders(): RemedyDraft {
  return {
    title: 'Trust the balancer’s forwarded headers',
    risk: 'high',
    note: 'Only the balancer’s own range: whoever may set X-Forwarded-For may choose the address that Kong sees.',
    changes: [
      {
        on: 'setting',
        settings: { trusted_ips: '<BALANCER_CIDR>', real_ip_header: 'X-Forwarded-For', real_ip_recursive: 'on' },
      },
    ],
  };
}
