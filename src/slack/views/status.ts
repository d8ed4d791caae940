// What is configured and what is not, in sentences: part of the status, and the answers of what is not built or set.
import type { Settings } from '../../settings.ts';

/** The configured gateways by name; addresses are not shown. */
export function gatewaysOf({ gateways }: Settings): readonly string[] {
  return gateways.map(({ name }) => name);
}

/** One line for each thing that can be configured. */
export function configured(settings: Settings): readonly string[] {
  const { gateways, slack, allowWrite } = settings;
  const hasMetrics = gateways.some(({ statusUrl, prometheusUrl }) => (statusUrl ?? prometheusUrl) !== undefined);
  return [
    slack?.appToken === undefined ? 'Slack: connected over HTTP.' : 'Slack: connected over Socket Mode.',
    gateways.length === 0
      ? 'Gateway: none; set `KONG_ADMIN_URL` (several: `KONGAUTH_CONFIG`).'
      : `Gateways: ${gateways.map(({ name }) => name).join(', ')}.`,
    !hasMetrics
      ? 'Metrics: none; set `KONG_STATUS_URL` or `PROMETHEUS_URL`.'
      : 'Metrics: set; `digest now` reads them.',
    settings.databaseUrl === undefined
      ? 'Store: an embedded database, for this process alone.'
      : 'Store: PostgreSQL, which replicas share.',
    allowWrite
      ? gateways.some(({ approvers }) => approvers.length > 0)
        ? 'Changes: with a second person’s approval.'
        : 'Changes: never, since no gateway names approvers (`write` in KONGAUTH_CONFIG).'
      : 'Changes: never; the bot reads only.',
  ];
}

const NEEDS_GATEWAY = 'needs a configured gateway: set `KONG_ADMIN_URL` (and `KONG_ADMIN_TOKEN`) where the bot runs';

/** What the live check answers as long as nothing can be asked. */
export const LIVE_UNAVAILABLE = `Checking this live ${NEEDS_GATEWAY}. Until then paste its configuration: \`curl -s http://localhost:8001/routes/ROUTE/plugins\`.`;
