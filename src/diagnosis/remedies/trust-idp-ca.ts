// Trust the provider’s CA.
import type { Facts } from '../facts/facts.ts';
import { shellWord } from './flavours/shell.ts';
import { idpAddress } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Trust the provider’s CA. */
export function trustIdpCa(facts: Facts): RemedyDraft {
  const { host, port } = idpAddress(facts);
  const present = facts.config.setting('lua_ssl_trusted_certificate')?.value;
  return completed(facts, {
    title: 'Trust the provider’s CA',
    risk: 'medium',
    note: `ssl_verify is true by default since 3.14 (false before), so an upgrade makes a private CA fail. Switching it off hides the next man in the middle; add the CA instead.${present === undefined ? '' : ` lua_ssl_trusted_certificate is now ${present}.`} Needs a reload on every node.`,
    changes: [
      {
        on: 'setting',
        settings: {
          lua_ssl_trusted_certificate: `system,${placeholder('CA_FILE')}`,
          lua_ssl_verify_depth: '3',
        },
      },
    ],
    text: {
      'admin-api': `# from the Kong node: which CA signed it\nopenssl s_client -connect ${shellWord(`${host}:${port}`)} -servername ${shellWord(host)} -showcerts </dev/null`,
    },
  });
}
