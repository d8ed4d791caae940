// Share the sessions between nodes.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, speaksOnlyOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Share the sessions between nodes; undefined where Kong itself is the authorization server (oauth2), which has none. */
export function setSessionStorage(facts: Facts): RemedyDraft | undefined {
  if (speaksOnlyOf(facts, ['oauth2'], ['openid-connect', 'session'])) return undefined;
  const plugin = pluginOf(facts, 'openid-connect', 'session');
  if (plugin.name === 'session')
    return completed(facts, {
      title: 'Share the sessions between nodes',
      risk: 'medium',
      note: 'kong keeps the sessions in Kong’s database, so it needs one. Present sessions end.',
      changes: [updateOf(facts, plugin, { storage: 'kong' })],
    });
  const host = placeholder('REDIS_HOST');
  // session_redis_* became redis.* in 3.8; the old names stay as aliases, so they are right for every version below 4.
  const redis =
    facts.atLeast('3.8') === true
      ? { redis: { host, port: 6379 } }
      : { session_redis_host: host, session_redis_port: 6379 };
  return completed(facts, {
    title: 'Share the sessions between nodes',
    risk: 'medium',
    note: 'With a cookie session two nodes refresh one session with the same refresh token, and a rotating provider refuses the second. Present sessions end. A code works once: a retry or reload of the callback is invalid_grant too, and no setting cures that.',
    changes: [updateOf(facts, plugin, { session_storage: 'redis', ...redis })],
  });
}
