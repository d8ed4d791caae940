// Try the bind that ldap-auth makes.
import type { Facts } from '../facts/facts.ts';
import { shellWord } from './flavours/shell.ts';
import { presentedIn } from './names-from-exchanges.ts';
import { fieldTexts, pluginSeen } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Try the bind that ldap-auth makes; undefined where the paste does not speak of LDAP. */
export function tryLdapBind(facts: Facts): RemedyDraft | undefined {
  const plugin = pluginSeen(facts, 'ldap-auth', 'ldap-auth-advanced');
  if (plugin === undefined) return undefined;
  const [host = placeholder('LDAP_HOST')] = fieldTexts(plugin, 'ldap_host');
  const [port = '389'] = fieldTexts(plugin, 'ldap_port');
  const [attribute = 'cn'] = fieldTexts(plugin, 'attribute');
  const [base = placeholder('BASE_DN')] = fieldTexts(plugin, 'base_dn');
  const user = presentedIn(facts).find((credential) => credential.username !== undefined)?.username;
  const secure = plugin.met?.field('ldaps').value === true ? 'ldaps' : 'ldap';
  const name = `${attribute}=${user ?? placeholder('USER_NAME')},${base}`;
  return completed(facts, {
    title: 'Try the bind that the plugin makes',
    risk: 'low',
    note: 'ldap-auth binds as attribute=USER,base_dn, so users must lie directly below base_dn; ldap-auth-advanced searches for the user first. It only reads.',
    changes: [],
    text: {
      'admin-api': `ldapwhoami -x -H ${shellWord(`${secure}://${host}:${port}`)} \\\n  -D ${shellWord(name)} -w ${shellWord(placeholder('LDAP_PASSWORD'))}`,
    },
  });
}
