// provider-tls: the certificates of what plugins call are trusted, fit the name, and do not end soon.
import type { LivePlugin } from '../../kong/read.ts';
import { originsOf } from '../called.ts';
import type { Check, Examination, Subject } from '../check.ts';
import { type FieldValue, mapOf, settingOf, textsIn } from '../gateway-map.ts';
import type { Distrust, PeerTls } from '../peer-tls.ts';
import { providersOf } from '../providers.ts';
import { Results } from '../results.ts';

const NAME = 'provider-tls';
const DAY = 24 * 60 * 60_000;
const SOON_DAYS = 30;
const URGENT_DAYS = 7;

/** Where a plugin says whether it verifies; oauth2-introspection has no such field. */
const VERIFIES: Readonly<Record<string, string>> = {
  'openid-connect': 'ssl_verify',
  'upstream-oauth': 'client.ssl_verify',
};

export const providerTls: Check = {
  name: NAME,
  title: 'Certificates of the providers',
  async run(examination) {
    const results = new Results(NAME);
    const origins = await originsOf(examination);
    for (const [origin, { reached, plugins }] of origins) {
      const subject: Subject = { type: 'identity-provider', name: origin };
      const { tls } = reached;
      if (tls !== undefined) judge(tls, subject, plugins, examination, results);
      else if (isOnThisMachine(origin)) continue;
      else if (origin.startsWith('http:'))
        results.failed(
          subject,
          'It is called over plain http, so anybody on the way can read tokens and secrets, or change its keys.',
          'Name its https:// address in the plugin.',
        );
      else results.couldNotLook(subject, 'It showed no certificate.');
    }
    for (const provider of providersOf(examination))
      if (!('found' in (await provider.discovery())))
        results.couldNotLook(provider.subject, 'Its certificate was not seen (see the discovery check).');
    return results.all(
      [...origins.keys()].every(isOnThisMachine)
        ? undefined
        : `The providers’ certificates are trusted and hold for ${SOON_DAYS} days.`,
    );
  },
};

/** A sidecar or a trial: what does not leave the machine passes nobody. */
function isOnThisMachine(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'http:' && (hostname === 'localhost' || /^127\.|^\[::1\]$/.test(hostname));
}

function judge(
  tls: PeerTls,
  subject: Subject,
  plugins: ReadonlySet<LivePlugin>,
  examination: Examination,
  results: Results,
): void {
  const days = Math.floor((tls.validTo - examination.now) / DAY);
  const ends = new Date(tls.validTo).toISOString().slice(0, 10);
  if (days >= 0 && days <= SOON_DAYS)
    results.failed(
      subject,
      `The certificate ${tls.endsFirst} ends on ${ends}, in ${days} ${days === 1 ? 'day' : 'days'}.`,
      `Have it renewed where the provider’s TLS ends, ${days <= URGENT_DAYS ? 'now: from that day on Kong gets neither keys nor tokens where ssl_verify is on' : 'before that day'}.`,
    );
  if (tls.trusted) return;
  for (const plugin of plugins) lookAtTrust(tls, plugin, examination, results);
}

/** What a distrust means whoever looks, with what to do; none where it depends on the authorities that one trusts. */
const FOR_EVERYBODY: Readonly<Partial<Record<Distrust, (tls: PeerTls) => readonly [says: string, advice: string]>>> = {
  ended: ({ endsFirst, validTo }) => [
    `The certificate ${endsFirst} ended on ${new Date(validTo).toISOString().slice(0, 10)}`,
    'Have it renewed where the provider’s TLS ends.',
  ],
  'not-begun': ({ issuer }) => [
    `The certificate by ${issuer} is not valid yet`,
    'Compare the clock of this machine; if it is right, have a certificate issued that is valid now.',
  ],
  'wrong-name': ({ names }) => [
    `The certificate is not made for this name but for ${names === '' ? 'none' : names.slice(0, 200)}`,
    'Name the provider by a name of its certificate, or have this name added to it; trusting another authority does not help.',
  ],
};

function lookAtTrust(tls: PeerTls, plugin: LivePlugin, { gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const subject = map.subjectOf(plugin);
  const field = VERIFIES[plugin.name];
  const verify: FieldValue = field === undefined ? { from: 'unknown', value: undefined } : map.field(plugin, field);
  const isOn = `${field ?? 'verification'} is true${verify.from === 'default' ? ' by default' : ''}`;
  const certain = tls.distrust === undefined ? undefined : FOR_EVERYBODY[tls.distrust]?.(tls);
  const [why, advice] = certain ?? [
    `The certificate by ${tls.issuer} is not trusted by this bot (${tls.code ?? 'unknown reason'})`,
    tls.distrust === 'chain-incomplete'
      ? 'Have the provider send its intermediate certificates, too; or put its authority into lua_ssl_trusted_certificate on every node.'
      : 'Put that authority into lua_ssl_trusted_certificate on every node (with lua_ssl_verify_depth for intermediates).',
  ];
  const trusted = textsIn(settingOf(gateway, 'lua_ssl_trusted_certificate'));
  if (verify.value === false)
    results.failed(
      subject,
      `${why}; Kong does not look (${field} false), until an upgrade to 3.14 or later makes it.`,
      `${advice} Then set config.${field} to true.`,
    );
  else if (verify.value !== true)
    results.couldNotLook(subject, `${why}, and whether Kong verifies it is not told by the plugin.`, advice);
  else if (certain !== undefined) results.failed(subject, `${why}, and ${isOn}.`, advice, 'idp-tls-untrusted');
  else if (settingOf(gateway, 'lua_ssl_trusted_certificate') !== undefined && trusted.length === 0)
    results.failed(
      subject,
      `${why}, ${isOn}, and lua_ssl_trusted_certificate is empty, so Kong trusts no authority at all.`,
      advice,
      'idp-tls-untrusted',
    );
  else
    results.couldNotLook(
      subject,
      `${why}, ${isOn}, and which authorities Kong trusts${trusted.length === 0 ? '' : ` (${trusted.join(', ')})`} cannot be read from here.`,
      `Look into that file on a node. If the authority is missing: ${advice} If it is there, name it to this bot in ca_cert.`,
    );
}
