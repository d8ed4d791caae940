// Our own words in what a diagnosis keeps: names of fields and of kinds, which stay when a paste has a secret of that name.
import { INPUT_KINDS } from '../names.ts';
import { ENTITY_TYPES } from '../readers/observation.ts';
import { SECRET_KINDS } from '../redact/redacted.ts';

/** Fields of observations, facts and tallies; those of fewer than five letters are never taken for a secret. */
export const FIELD_NAMES: ReadonlySet<string> = new Set(
  `
  absences active agent annotations answer answered answers because bucketSeconds buckets byStatus carriedIn
  carrier challenges claims client clientId component config configHash connection consumer consumerGroup
  container count credential credentials databaseReachable description details dimension dimensions discoveries
  document edition endedBy entities entries entry error event exampleShapes examples excerpt exchange exchanges
  failed failedBy fields fingerprint found header headers health idpEvents inputs introspections issuer
  kongVersion kubernetes labels lastSeen level lines logged message messageAt method namespace nodes notAfter
  notBefore notation oauthError oauthErrors oddities ordered others params parts password pasteAt pasteInstead
  phrases place plugin pluginBecause plugins problem product publicKey reason recognised remarks request
  requestAt requestId requests response route scheme scope seconds secret secrets server service settings
  sighting sightings source state statements status statusAt stream subject successes syncStatus tally target
  targets thumbprint toIdentityProvider token tokenAgeSeconds tokens total unreadable upstream upstreamAsked
  upstreamPath upstreamStatus username value values version versions words
`
    .trim()
    .split(/\s+/),
);

/** Fields whose values are words of a closed list. */
export const KIND_FIELDS: ReadonlySet<string> = new Set([
  'kind',
  'type',
  'notation',
  'form',
  'by',
  'product',
  'met',
  'found',
  'scheme',
  'role',
  'edition',
  'health',
  'source',
  'stream',
]);

/** Words of those lists. */
export const KIND_WORDS: ReadonlySet<string> = new Set([
  ...ENTITY_TYPES,
  ...INPUT_KINDS,
  ...SECRET_KINDS,
  ...`
  absence admin-api answer basic bearer body-only browser cognito community compose control_plane cookie curl-
  command data_plane dbless digest discovery dns_error enterprise entity entra environment exchange front-proxy
  header healthchecks_off healthy helm-values https identity-provider idp-event introspection keycloak kong-conf
  kubernetes log-entry loose negotiate nginx oauth-error opaque other pingfederate pingone postgres public-key
  query request serializer setting statement stderr stdout target-health token token-answer trace traditional
  transcript unhealthy unknown unreadable upstream
`
    .trim()
    .split(/\s+/),
]);
