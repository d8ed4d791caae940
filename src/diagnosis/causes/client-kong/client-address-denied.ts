// The client’s address or agent is refused: the signals, remedies and page of client-address-denied.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { trustForwardedHeaders } from '../../remedies/trust-forwarded-headers.ts';
import { defineCause, type Weighed } from '../cause.ts';

function addressNamed({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges })
    .filter(
      (exchange) =>
        exchange.answered.plugin === 'ip-restriction' ||
        /ip address (?:is )?not allowed/i.test(exchange.response?.message ?? ''),
    )
    .map((exchange) => ({
      weight: 3.6,
      says: 'ip-restriction refused the address that Kong sees.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

const AGENT = /bot\b|bot\/|crawler|spider|scan|nikto|sqlmap|masscan|zgrab/i;

/** bot-detection answers a bare Forbidden to agents on its list, before any credential is looked at. */
function botRefused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 403)
    .filter(
      (exchange) => exchange.answered.by === 'kong' && /^forbidden$/i.test(exchange.response?.message?.trim() ?? ''),
    )
    .filter((exchange) =>
      AGENT.test(exchange.request?.headers.find((header) => header.name === 'user-agent')?.value ?? ''),
    )
    .map((exchange) => ({
      weight: 4,
      says: 'Kong refused a user agent that looks like a bot, and no credential was asked for.',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

/** ip-restriction or bot-detection refuses the client. */
export const clientAddressDenied = defineCause({
  name: 'client-address-denied',
  title: 'The client’s address or agent is refused',
  looksAt: ['exchanges'],
  signals: [addressNamed, botRefused],
  yieldsTo: [],
  remedies: [trustForwardedHeaders],
  checks: ['Paste a log line with the client address and the plugin’s allow list.'],
  page: {
    what: 'ip-restriction or bot-detection refuses the client.',
    why: 'No credential is involved. Behind a load balancer Kong often sees the balancer’s address unless trusted_ips and real_ip_header are set.',
    confirm: ['Compare client_ip in the JSON log with the caller’s address.'],
    fix: ['Trust the balancer’s range and read the real address, then allow the caller.'],
  },
  example: `< HTTP/1.1 403 Forbidden
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"IP address not allowed: 10.0.3.17"}`,
});
