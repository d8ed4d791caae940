// A private authority and certificates of it, made for one test run.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  /** With the authority's certificate behind it, if not asked otherwise. */
  readonly cert: string;
}

export interface Authority {
  /** PEM of the authority itself. */
  readonly ca: string;
  readonly caFile: string;
  /**
   * A certificate for names and addresses.
   * @param days until it ends; negative: it has ended
   * @param options `alone`: without the authority's certificate behind it
   */
  readonly issue: (names: readonly string[], days?: number, options?: { readonly alone?: boolean }) => Certificate;
  readonly remove: () => void;
}

/** Makes the authority; `remove` takes its files away. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-ca-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...[...newKey, '-x509', '-days', '3650', '-subj', '/CN=Test Authority'],
    ...['-keyout', at('ca.key'), '-out', at('ca.pem')],
  );
  // Only `ca` takes dates in the past.
  const config = [
    '[ca]',
    'default_ca = here',
    '[here]',
    `new_certs_dir = ${folder}`,
    `database = ${at('index.txt')}`,
    `serial = ${at('serial')}`,
    'default_md = sha256',
    'policy = any',
    'unique_subject = no',
    '[any]',
    'commonName = supplied',
  ];
  writeFileSync(at('ca.cnf'), `${config.join('\n')}\n`);
  writeFileSync(at('index.txt'), '');
  writeFileSync(at('serial'), '1000');
  let made = 0;
  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    caFile: at('ca.pem'),
    issue(names, days = 90, { alone = false } = {}) {
      made += 1;
      const base = `leaf${made}`;
      const alternatives = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
      writeFileSync(at(`${base}.ext`), `subjectAltName=${alternatives}\n`);
      openssl(
        ...[...newKey, '-subj', `/CN=${names[0] ?? 'leaf'}`],
        ...['-keyout', at(`${base}.key`), '-out', at(`${base}.csr`)],
      );
      const time = (offset: number): string =>
        `${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
      openssl(
        ...['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-cert', at('ca.pem'), '-keyfile', at('ca.key')],
        ...['-in', at(`${base}.csr`), '-extfile', at(`${base}.ext`), '-out', at(`${base}.pem`)],
        ...['-startdate', time(Math.min(-1, days - 1)), '-enddate', time(days)],
      );
      return {
        key: readFileSync(at(`${base}.key`), 'utf8'),
        cert: readFileSync(at(`${base}.pem`), 'utf8') + (alone ? '' : readFileSync(at('ca.pem'), 'utf8')),
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
