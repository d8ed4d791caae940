// Which hosts are Slack's: a token or an answer goes to no other, whatever a payload says.

const HOSTS = {
  files: ['files.slack.com', 'files.slack-gov.com'],
  hooks: ['hooks.slack.com', 'hooks.slack-gov.com'],
} as const;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether the address is Slack's for that purpose, or on the host of the configured Web API (any of its ports). */
export function isSlackAddress(address: string, purpose: keyof typeof HOSTS, apiUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:' && (HOSTS[purpose] as readonly string[]).includes(hostname)) return true;
  if (apiUrl === undefined) return false;
  const own = new URL(apiUrl);
  if (protocol !== 'https:' && protocol !== own.protocol) return false;
  return hostname === own.hostname || (LOOPBACK.includes(hostname) && LOOPBACK.includes(own.hostname));
}
