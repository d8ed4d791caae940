// Send the access token once, whole, after Bearer.
import type { Facts } from '../facts/facts.ts';
import { speaksOnlyOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { kongCall } from './replay/proxy-call.ts';

/** Send the access token once, whole, after Bearer. */
export function sendWholeToken(facts: Facts): RemedyDraft {
  if (speaksOnlyOf(facts, ['key-auth', 'key-auth-enc', 'basic-auth'], ['jwt', 'openid-connect', 'oauth2']))
    return completed(facts, {
      title: 'Send the credential once, and bare',
      risk: 'low',
      note: 'On the client. key-auth takes the key alone, without Bearer, quotes or blanks, in one place; several values are refused as duplicates. Only basic-auth has a scheme word.',
      changes: [],
      text: { 'admin-api': kongCall(facts) },
    });
  return completed(facts, {
    title: 'Send the access token once, whole, after Bearer',
    risk: 'low',
    note: 'On the client. One line, three parts, no quotes (jq -r), no second Bearer, not URL-encoded; the access token, neither the ID nor the refresh token.',
    changes: [],
    text: { 'admin-api': kongCall(facts, `-H 'Authorization: Bearer ${placeholder('ACCESS_TOKEN')}'`) },
  });
}
