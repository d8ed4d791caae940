// Take the failing target out of rotation.
import type { Facts } from '../facts/facts.ts';
import { serviceEntity } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

function failingTarget(facts: Facts): string {
  return (
    facts.contrasts.find((found) => found.dimension === 'target')?.value ??
    facts.targets.find((target) => target.health === 'unhealthy' || target.health === 'dns_error')?.target ??
    placeholder('TARGET')
  );
}

function upstreamName(facts: Facts): string {
  const names = facts.config.ofType('upstream').map((entity) => entity.name);
  const host = serviceEntity(facts)?.fields.host;
  return (
    names.find((name) => name !== undefined && name === host) ??
    (names.length === 1 ? names[0] : undefined) ??
    facts.targets.find((target) => target.upstream !== undefined)?.upstream ??
    (typeof host === 'string' ? host : placeholder('UPSTREAM_NAME'))
  );
}

/** Take the failing target out of rotation. */
export function fixUpstreamTarget(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Take the failing target out of rotation',
    risk: 'medium',
    note: 'weight 0 drains it and the others take its share; put the old weight back after the repair. Without an upstream entity the address comes from DNS: take it out there.',
    changes: [
      {
        on: 'target',
        upstream: upstreamName(facts),
        target: failingTarget(facts),
        how: 'update',
        fields: { weight: 0 },
      },
    ],
    text: { kubernetes: '# targets are pods: kubectl delete pod, or let the readiness probe fail, takes it out' },
  });
}
