// The client’s address or agent is refused: the signals, remedies and page of client-address-denied.
import { BlockList, isIP } from 'node:net';
import type { Facts } from '../../facts/facts.ts';
import { behindUntrustedProxy, failures, textsOf } from '../../facts/questions.ts';
import { allowAddress } from '../../remedies/allow-address.ts';
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

/** Kong refused before anybody was known, and the address it saw is not the one that the proxy before it names. */
function balancerSeen({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return behindUntrustedProxy({ exchanges }).map((exchange) => ({
    weight: 3.2,
    says: `Kong refused ${exchange.logged?.client}, a private address, before any consumer was known; X-Forwarded-For names another.`,
    sighting: exchange.sighting,
  }));
}

/** A 403 for one kind of program from addresses that others pass from: bot-detection or a rule on User-Agent. */
function oneAgent({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  if ((traffic.byStatus['401'] ?? 0) > 0 || (traffic.byStatus['403'] ?? 0) === 0) return [];
  // Where the caller is known, the program is only the caller's.
  if (contrasts.some(({ dimension }) => dimension === 'consumer' || dimension === 'credential')) return [];
  return contrasts
    .filter((contrast) => contrast.dimension === 'agent' && contrast.complete)
    .slice(0, 1)
    .map((contrast) => ({ weight: 4.4, says: `${contrast.figures}.`, sighting: contrast.sighting }));
}

/** bot-detection and ip-restriction as configured, against who got 403. */
function ruleNamesThem({
  config,
  traffic,
  exchanges,
}: Pick<Facts, 'config' | 'traffic' | 'exchanges'>): readonly Weighed[] {
  const refused = [
    ...traffic.examples
      .filter(({ logged }) => logged.status === 403)
      .map(({ logged, sighting }) => ({ agent: logged.agent, client: logged.client, sighting })),
    ...failures({ exchanges }, 403).map(({ request, sighting }) => ({
      agent: request?.headers.find(({ name }) => name === 'user-agent')?.value,
      client: undefined,
      sighting,
    })),
  ];
  return config.pluginsNamed('bot-detection', 'ip-restriction').flatMap((plugin) => {
    const [deny, allow] = [textsOf(plugin.field('deny').value), textsOf(plugin.field('allow').value)];
    const hit = refused.find(({ agent, client }) =>
      plugin.name === 'bot-detection'
        ? agent !== undefined && deny.some((part) => part !== '' && agent.includes(part))
        : client !== undefined && (isListed(client, deny) || (allow.length > 0 && !isListed(client, allow))),
    );
    return hit === undefined
      ? []
      : [
          {
            weight: 5.4,
            says: `${plugin.name} as it is configured refuses ${plugin.name === 'bot-detection' ? hit.agent : hit.client}.`,
            sighting: plugin.entity.sighting,
          },
        ];
  });
}

/** Whether an address is one of the addresses or networks. */
function isListed(client: string, networks: readonly string[]): boolean {
  const family = isIP(client);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/', 2);
    const kind = isIP(address);
    const prefix = bits === undefined ? (kind === 6 ? 128 : 32) : Number(bits);
    if (kind === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (kind === 6 ? 128 : 32)) continue;
    list.addSubnet(address, prefix, kind === 6 ? 'ipv6' : 'ipv4');
  }
  return list.check(client, family === 6 ? 'ipv6' : 'ipv4');
}

/** A paste of few lines: one address is refused on every path, others pass on the same paths. */
function fewLinesOneAddress({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  if (contrasts.length > 0 || traffic.failed < 2 || (traffic.byStatus['403'] ?? 0) !== traffic.failed) return [];
  const refused = traffic.byDimension.client.filter(({ failed }) => failed > 0);
  const [one] = refused;
  const passing = traffic.byDimension.client.filter(({ failed }) => failed === 0);
  const served = new Set(traffic.successes.map(({ logged }) => logged.path));
  const example = traffic.examples.find(({ logged }) => served.has(logged.path));
  const anybodyKnown = traffic.examples.some(({ logged }) => (logged.consumer ?? logged.user) !== undefined);
  if (refused.length !== 1 || one?.failed !== one?.total || passing.length < 2 || example === undefined || anybodyKnown)
    return [];
  return [
    {
      weight: 3.4,
      says: `${one?.value} gets 403 each time, and ${passing.length} other addresses pass on the same paths.`,
      sighting: example.sighting,
    },
  ];
}

/** A 403 for one address while others pass, and nobody is known: a rule on addresses. */
function oneAddress({ contrasts, traffic }: Pick<Facts, 'contrasts' | 'traffic'>): readonly Weighed[] {
  if ((traffic.byStatus['401'] ?? 0) > 0 || (traffic.byStatus['403'] ?? 0) === 0) return [];
  if (contrasts.some(({ dimension }) => dimension !== 'client')) return [];
  return contrasts
    .filter((contrast) => contrast.complete)
    .slice(0, 1)
    .map((contrast) => ({ weight: 4.4, says: `${contrast.figures}.`, sighting: contrast.sighting }));
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
  looksAt: ['config', 'exchanges', 'contrasts', 'traffic'],
  signals: [addressNamed, botRefused, balancerSeen, oneAgent, oneAddress, fewLinesOneAddress, ruleNamesThem],
  yieldsTo: [],
  remedies: [allowAddress, trustForwardedHeaders],
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
