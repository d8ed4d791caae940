// Allow the client in ip-restriction or bot-detection.
import type { Facts } from '../facts/facts.ts';
import { clientAddress, requestHeader } from './names-from-exchanges.ts';
import { fieldTexts, pluginOf, pluginSeen, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Addresses of private networks (RFC 1918, 6598, 4193), loopback and link-local: most likely a balancer's, not a client's. */
const PRIVATE =
  /^(?:10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cd]|fe80)/i;

/** Allow the client; undefined where Kong sees the balancer's address or the paste names no client. */
export function allowAddress(facts: Facts): RemedyDraft | undefined {
  if (pluginSeen(facts, 'bot-detection') !== undefined) return allowAgent(facts);
  const address = clientAddress(facts);
  if (address === undefined || PRIVATE.test(address)) return undefined;
  const plugin = pluginOf(facts, 'ip-restriction');
  const denied = fieldTexts(plugin, 'deny');
  const change =
    denied.length > 0
      ? { deny: denied.filter((range) => range !== address && range !== `${address}/32`) }
      : { allow: [...new Set([...fieldTexts(plugin, 'allow'), address])] };
  return completed(facts, {
    title: 'Allow the client’s address',
    risk: 'medium',
    note: `Only when ${address} is the client itself and not a proxy in front of Kong. The list is replaced as a whole, so keep what stands in it.`,
    changes: [updateOf(facts, plugin, change)],
  });
}

function allowAgent(facts: Facts): RemedyDraft | undefined {
  const agent =
    requestHeader(facts, 'user-agent') ??
    facts.traffic.examples.find((example) => example.logged.agent !== undefined)?.logged.agent;
  const word = agent?.match(/^[\w.-]{2,60}/)?.[0];
  if (word === undefined) return undefined;
  const plugin = pluginOf(facts, 'bot-detection');
  return completed(facts, {
    title: 'Allow the client’s user agent',
    risk: 'medium',
    note: 'allow is a list of patterns that are asked before the built-in ones; anyone can send that user agent. The list is replaced as a whole.',
    changes: [
      updateOf(facts, plugin, { allow: [...new Set([...fieldTexts(plugin, 'allow'), word.replaceAll('.', '\\.')])] }),
    ],
  });
}
