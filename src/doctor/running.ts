// What a gateway runs, as the known issues want to be told.
import { configWords, isEnterprisePlugin, type RunningGateway } from '../diagnosis/known-issues/issues-of-gateway.ts';
import type { GatewaySnapshot } from '../kong/snapshot.ts';
import { mapOf } from './gateway-map.ts';

/** Distinct configs whose words are read. */
const CONFIGS = 2000;

/** Undefined where the node does not tell its version. */
export function runningOf(gateway: GatewaySnapshot): RunningGateway | undefined {
  const { version } = mapOf(gateway);
  if (version === undefined) return undefined;
  const enabled = gateway.plugins.filter((plugin) => plugin.enabled);
  const plugins = new Set(enabled.map(({ name }) => name));
  const edition = String(gateway.root.edition ?? '');
  const enterprise = edition.startsWith('enterprise') || version.length > 3 || [...plugins].some(isEnterprisePlugin);
  const words = configWords(enabled.slice(0, CONFIGS).map(({ raw }) => raw.config));
  return { version, plugins, words, openSource: !enterprise };
}
