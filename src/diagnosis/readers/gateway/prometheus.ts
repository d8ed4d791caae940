// Kong's Prometheus text: requests by status, route and consumer, health of targets, data planes (2.6 to 3.15).
import { placeOf } from '../../intake/part.ts';
import type { DocumentReader } from '../reader.ts';

const SAMPLE = /^(kong_\w{2,80})(?:\{(.{0,2000})\})? ([-+0-9.eE]{1,40})$/;
const LABEL = /([a-z_]{1,40})="((?:[^"\\]|\\.){0,400})"/g;

/** Reads metrics text. */
export const prometheusReader: DocumentReader = {
  kind: 'prometheus',
  read(part, reading) {
    if (part.shape !== 'metrics') return 0;
    let understood = 0;
    for (const line of part.lines) {
      if (line.text.startsWith('#')) {
        understood++;
        continue;
      }
      const sample = SAMPLE.exec(line.text.trim());
      if (sample === null) continue;
      understood++;
      const labels = Object.fromEntries(
        [...(sample[2] ?? '').matchAll(LABEL)].map((match) => [match[1] ?? '', match[2] ?? '']),
      );
      const value = Number(sample[3]);
      const sighting = { place: placeOf(line), excerpt: line.text.slice(0, 600) };
      const name = sample[1] ?? '';
      if (name === 'kong_http_requests_total' || name === 'kong_http_status' || name === 'kong_http_consumer_status') {
        const status = Number(labels.code);
        if (!Number.isInteger(status) || value <= 0) continue;
        reading.emit({
          kind: 'request-count',
          sighting,
          count: value,
          status,
          ...(labels.source === 'kong'
            ? { source: 'kong' as const }
            : labels.source === 'service'
              ? { source: 'upstream' as const }
              : {}),
          ...(labels.route ? { route: labels.route } : {}),
          ...(labels.service ? { service: labels.service } : {}),
          ...(labels.consumer ? { consumer: labels.consumer } : {}),
        });
      } else if (name === 'kong_upstream_target_health' && value === 1) {
        const state = labels.state;
        if (state === 'healthy' || state === 'unhealthy' || state === 'dns_error' || state === 'healthchecks_off') {
          reading.emit({
            kind: 'target-health',
            sighting,
            target: labels.target ?? '',
            upstream: labels.upstream ?? '',
            health: state,
          });
        }
      } else if (name === 'kong_data_plane_config_hash') {
        reading.emit({
          kind: 'node',
          role: 'data_plane',
          sighting,
          name: labels.hostname ?? labels.node_id ?? '',
          configHash: sample[3] ?? '',
        });
      } else if (name === 'kong_node_info' && labels.version) {
        reading.emit({ kind: 'node', sighting, version: labels.version });
      } else if (name === 'kong_datastore_reachable') {
        reading.emit({ kind: 'node', sighting, databaseReachable: value === 1 });
      }
    }
    return understood;
  },
};
