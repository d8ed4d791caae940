// Share the sessions between nodes.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Share the sessions between nodes. */
export function setSessionStorage(facts: Facts): RemedyDraft {
  // session_redis_* became redis.* in 3.8; the old names stay as aliases, so they are right for every version below 4.
  const redis =
    facts.atLeast('3.8') === true
      ? { redis: { host: '<REDIS_HOST>', port: 6379 } }
      : { session_redis_host: '<REDIS_HOST>', session_redis_port: 6379 };
  return {
    title: 'Share the sessions between nodes',
    risk: 'medium',
    note: 'With a cookie session two nodes refresh one session with the same refresh token, and a rotating provider refuses the second.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        session_storage: 'redis',
        ...redis,
      }),
    ],
  };
}
