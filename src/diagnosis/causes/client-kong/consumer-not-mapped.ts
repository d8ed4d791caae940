// The token names no Kong consumer: the signals, remedies and page of consumer-not-mapped.
import type { Facts } from '../../facts/facts.ts';
import { authPlugins, failuresBy, textsOf } from '../../facts/questions.ts';
import { valueAt } from '../../facts/required-claims.ts';
import { mapConsumer } from '../../remedies/map-consumer.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Fields of a consumer that consumer_by compares with; its default is both (Kong Enterprise 2.x to 3.15). */
const COMPARED = ['username', 'custom_id'] as const;

/** The claim's value beside the consumers of the paste: in a compared field, in the other one, or in none. */
function claimNamesNobody({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const consumers = config.ofType('consumer').filter((entity) => !('config' in entity.fields));
  return config.pluginsNamed('openid-connect').flatMap((plugin) => {
    const path = textsOf(plugin.field('consumer_claim').value);
    const by = plugin.field('consumer_by');
    const compared = textsOf(by.value);
    if (path.length === 0 || plugin.field('consumer_optional').value === true) return [];
    return tokens.flatMap(({ token }): readonly Weighed[] => {
      if (token.claims === undefined) return [];
      const { sighting } = token;
      const value = valueAt(token.claims, path);
      if (typeof value !== 'string')
        return [{ weight: 3.2, says: `The consumer claim ${path.join('.')} is not in the token.`, sighting }];
      if (consumers.length === 0) return [];
      const [found] = COMPARED.flatMap((field) =>
        consumers.filter(({ fields }) => fields[field] === value).map((entity) => ({ entity, field })),
      ).sort((one, other) => Number(compared.includes(other.field)) - Number(compared.includes(one.field)));
      if (found === undefined)
        return [{ weight: 3.6, says: `No pasted consumer has the name or custom_id ${value}.`, sighting }];
      if (compared.length === 0 || compared.includes(found.field))
        return [{ weight: -2.5, says: `${value} is the ${found.field} of a pasted consumer.`, sighting }];
      return [
        {
          weight: 4.8,
          says: `${value} is the ${found.field} of a consumer, and consumer_by compares with ${compared.join(' and ')} only.`,
          sighting: by.sighting,
        },
        { weight: 1, says: 'This consumer has the value in the other field.', sighting: found.entity.sighting },
      ];
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

/** ldap-auth sets no consumer; where it alone authenticates, acl has nobody whose groups it could look up. */
function ldapHasNoConsumer({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const auth = authPlugins({ config });
  const [acl] = config.pluginsNamed('acl');
  const [ldap] = auth;
  if (acl === undefined || ldap === undefined || !auth.every(({ name }) => name === 'ldap-auth')) return [];
  return failuresBy({ exchanges }, 'kong', 403)
    .slice(0, 1)
    .map(() => ({
      weight: 5,
      says: 'ldap-auth authenticates without a consumer, and acl looks for the groups of one.',
      sighting: ldap.entity.sighting,
    }));
}

/** The token is valid, and no Kong consumer matches its claim. */
export const consumerNotMapped = defineCause({
  name: 'consumer-not-mapped',
  title: 'The token names no Kong consumer',
  looksAt: ['exchanges', 'tokens', 'config'],
  signals: [claimNamesNobody, nobodyBehindCredential, ldapHasNoConsumer],
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
