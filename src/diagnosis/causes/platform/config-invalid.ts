// Configuration is refused or ignored: the signals, remedies and page of config-invalid.
import type { Facts } from '../../facts/facts.ts';
import { validateConfig } from '../../remedies/validate-config.ts';
import { defineCause, type Weighed } from '../cause.ts';

function adminRefuses({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(
      (exchange) =>
        [400, 405, 409].includes(exchange.response?.status ?? 0) &&
        (exchange.answered.by === 'admin-api' ||
          /schema violation|declarative config|operation unsupported/i.test(exchange.response?.body ?? '')),
    )
    .map((exchange) => ({
      weight: 4.4,
      says: 'The Admin API refuses the configuration and names the field.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** A credential secret without its label is ignored (Kong Ingress Controller 3.0 and later). */
function secretUnlabelled({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  const used = new Set(
    config
      .ofType('consumer')
      .flatMap((entity) => (Array.isArray(entity.fields.credentials) ? entity.fields.credentials : [])),
  );
  return config.ofType('secret').flatMap((entity) => {
    if (
      !used.has(entity.fields.resource) &&
      !('kongCredType' in ((entity.fields.decoded as Record<string, unknown> | undefined) ?? {}))
    )
      return [];
    const label = entity.kubernetes?.labels['konghq.com/credential'];
    return label === undefined
      ? [
          {
            weight: 3.4,
            says: 'The credential secret has no label konghq.com/credential, so the controller ignores it.',
            sighting: entity.sighting,
          },
        ]
      : [];
  });
}

function lineBreakInSecret({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config.ofType('secret').flatMap((entity) =>
    (Array.isArray(entity.fields.oddities) ? entity.fields.oddities : []).map((oddity) => ({
      weight: 2.6,
      says: `In the secret ${String(oddity)}: echo without -n adds one.`,
      sighting: entity.sighting,
    })),
  );
}

/** Declarative config, a plugin’s schema or a manifest is rejected or silently ignored. */
export const configInvalid = defineCause({
  name: 'config-invalid',
  title: 'Configuration is refused or ignored',
  looksAt: ['exchanges', 'config'],
  signals: [adminRefuses, secretUnlabelled, lineBreakInSecret],
  yieldsTo: ['vault-reference-unresolved'],
  remedies: [validateConfig],
  checks: ['Paste the whole message with its field path.'],
  page: {
    what: 'Declarative config, a plugin’s schema or a manifest is rejected or silently ignored.',
    why: 'An unknown field, a wrong type, a missing label or ingress class, a plugin that this edition does not have.',
    confirm: ['Validate with POST /schemas/plugins/validate or `kong config parse`.'],
    fix: ['Correct the field that the message names.'],
  },
  example: `$ curl -s -X POST localhost:8001/plugins -d name=key-auth -d config.key_name=x
< HTTP/1.1 400 Bad Request
< X-Kong-Admin-Latency: 6
< Server: kong/3.9.3
<
{"name":"schema violation","message":"schema violation (config.key_name: unknown field)","fields":{"config":{"key_name":"unknown field"}},"code":2}`,
});
