// The token names no Kong consumer: the signals, remedies and page of consumer-not-mapped.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy, textsOf } from '../../facts/questions.ts';
import { mapConsumer } from '../../remedies/map-consumer.ts';
import { defineCause, type Weighed } from '../cause.ts';

function claimNamesNobody({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const consumers = config
    .ofType('consumer')
    .flatMap((entity) =>
      [entity.fields.username, entity.fields.custom_id].filter((value) => typeof value === 'string'),
    );
  return config.pluginsNamed('openid-connect').flatMap((plugin) => {
    const path = textsOf(plugin.field('consumer_claim').value);
    if (path.length === 0 || plugin.field('consumer_optional').value === true) return [];
    return tokens.flatMap(({ token }) => {
      if (token.claims === undefined) return [];
      const value = path.reduce<unknown>(
        (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
        token.claims,
      );
      if (typeof value !== 'string')
        return [
          { weight: 3.2, says: `The consumer claim ${path.join('.')} is not in the token.`, sighting: token.sighting },
        ];
      if (consumers.length > 0 && !consumers.includes(value))
        return [
          { weight: 3.6, says: `No pasted consumer has the name or custom_id ${value}.`, sighting: token.sighting },
        ];
      return [];
    });
  });
}

/** Authenticated, and still nobody: ldap-auth and others set a credential without a consumer, so acl finds no groups. */
function nobodyBehindCredential({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'kong', 403)
    .filter(({ logged }) => logged?.credential !== undefined && logged.consumer === undefined)
    .map((exchange) => ({
      weight: 4.6,
      says: 'The log shows an authenticated credential and no consumer.',
      sighting: exchange.sighting,
    }));
}

/** The token is valid, and no Kong consumer matches its claim. */
export const consumerNotMapped = defineCause({
  name: 'consumer-not-mapped',
  title: 'The token names no Kong consumer',
  looksAt: ['exchanges', 'tokens', 'config'],
  signals: [claimNamesNobody, nobodyBehindCredential],
  yieldsTo: [],
  remedies: [mapConsumer],
  checks: ['Paste the plugin’s consumer_claim and consumer_by and the consumer.'],
  page: {
    what: 'The token is valid, and no Kong consumer matches its claim.',
    why: 'consumer_claim names a claim that the token lacks, consumer_by compares with another field, or the consumer was never created. openid-connect answers 403.',
    confirm: ['Compare the claim’s value with username and custom_id of the consumers.'],
    fix: ['Create the consumer with that custom_id, or set consumer_optional when none is needed.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Could not find consumer for 'iss=web-iss'"}`,
});
