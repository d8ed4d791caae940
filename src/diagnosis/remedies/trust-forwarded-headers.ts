// Trust the balancer’s forwarded headers.
import type { Facts } from '../facts/facts.ts';
import { clientAddress } from './names-from-exchanges.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Trust the balancer’s forwarded headers. */
export function trustForwardedHeaders(facts: Facts): RemedyDraft {
  const seen = clientAddress(facts);
  const present = facts.config.setting('trusted_ips')?.value;
  return completed(facts, {
    title: 'Trust the balancer’s forwarded headers',
    risk: 'high',
    note: [
      'Only the balancer’s own range: whoever may set X-Forwarded-For may choose the address that Kong sees, and X-Forwarded-Proto makes http pass for https.',
      present === undefined ? '' : `trusted_ips is now ${present}.`,
      seen === undefined ? '' : `Kong sees ${seen}.`,
      'A layer 4 balancer sends no headers: there it is PROXY protocol (real_ip_header proxy_protocol and proxy_protocol on proxy_listen).',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    changes: [
      {
        on: 'setting',
        settings: {
          trusted_ips: placeholder('BALANCER_CIDR'),
          real_ip_header: 'X-Forwarded-For',
          real_ip_recursive: 'on',
        },
      },
    ],
  });
}
