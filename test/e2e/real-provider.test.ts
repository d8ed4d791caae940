// The doctor and the live diagnosis through both doors, with a gateway whose plugin names a real identity provider over TLS.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { type Entity, type Peer, recordedList, startAdminApi } from '../support/admin-api-peer.ts';
import { atTerminal, type Printed } from '../support/at-terminal.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { command } from '../support/slack-payloads.ts';
import { type Mode, readable, SlackScene } from '../support/slack-scene.ts';

const PLUGIN_ID = '5b1a5c1e-7a51-4b59-9d1c-0c6f8a4d2e11';
const SECRET = 'assertion-secret-0123456789-of-the-length';

let authority: Authority;
let idp: IdentityProvider;
let peer: Peer;
const environment: Record<string, string> = {};

before(async () => {
  authority = createAuthority();
  idp = await startIdentityProvider({ tls: authority.issue(['localhost']), ca: authority.ca });
  const [route = {}] = recordedList('routes');
  const plugin: Entity = {
    id: PLUGIN_ID,
    name: 'openid-connect',
    enabled: true,
    route: { id: route.id },
    service: null,
    consumer: null,
    tags: null,
    protocols: ['http', 'https'],
    config: {
      issuer: idp.issuer,
      client_id: ['assertion'],
      client_secret: [SECRET],
      client_auth: ['tls_client_auth'],
      tls_client_auth_cert_id: 'b4d2ab4b-63b4-4a5b-8c6a-1f0e4a1c2d3e',
      auth_methods: ['authorization_code', 'client_credentials'],
      ssl_verify: true,
    },
  };
  peer = await startAdminApi({ lists: { '/plugins': [plugin], '/routes': [route] } });
  environment.KONG_ADMIN_URL = peer.url;
  environment.KONG_CA_CERT = authority.caFile;
});
after(async () => {
  await peer.close();
  await idp.close();
  authority.remove();
});

async function besideKong(args: readonly string[], stdin = ''): Promise<string> {
  const kept = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
  Object.assign(process.env, environment);
  let printed: Printed;
  try {
    printed = await atTerminal(args, stdin);
  } finally {
    for (const [name, value] of Object.entries(kept)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  const out = printed.out + printed.err;
  assert.ok(!out.includes(SECRET));
  return out.replace(/\s+/g, ' ');
}

const METHOD = /client_auth is tls_client_auth, and the provider takes client_secret_basic/;

test('doctor at the terminal reads the provider over its own authority', async () => {
  const out = await besideKong(['doctor']);
  assert.match(out, METHOD);
  assert.match(out, /oidc-client-auth-method/);
  assert.match(out, /PASSED .*discovery, signing-keys.*provider-tls, clock/, out);
});

/** A token of the provider that names a key which it no longer has. */
const oldToken = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair('RS256');
  return await new SignJWT({ sub: 'anna' })
    .setProtectedHeader({ alg: 'RS256', kid: 'of-last-month' })
    .setIssuer(idp.issuer)
    .setExpirationTime('5m')
    .sign(privateKey);
};

test('doctor looks up the keys of tokens that it is given', async () => {
  const token = await oldToken();
  const out = await besideKong(['doctor', '--tokens', '-'], `Authorization: Bearer ${token}\n`);
  assert.match(out, /\[signing-keys\].*of-last-month/, out);
  assert.ok(!out.includes(token));
  assert.match(await besideKong(['doctor', '--tokens', '-'], 'no token\n'), /holds no signed token/);
});

test('what the token endpoint answered is judged together with the live plugin', async () => {
  const refused = await idp.token({ grant_type: 'client_credentials' }, `assertion:${SECRET}`);
  assert.equal(refused.status, 401);
  const log = `2026/11/25 03:00:01 [error] 12#0: *7 [kong] openid-connect.lua:510 [openid-connect] ${refused.body}, client: 10.0.0.1, server: kong, request: "GET /basic HTTP/1.1", host: "api.example"`;
  const out = await besideKong(
    ['diagnose', '--live'],
    `${refused.transcript}\n${log}\ncurl -s localhost:8001/plugins/${PLUGIN_ID}\n`,
  );
  assert.match(out, /oidc-client-auth-method|oidc-client-invalid/);
  assert.match(out, /Looked at live in the gateway default: .*openid-connect/, out);
});

test('keys that were rotated between two looks are told by the second digest', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-rotation-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
    delete environment.KONGAUTH_DATA;
    delete environment.KONGAUTH_KEY;
  });
  environment.KONGAUTH_DATA = folder;
  environment.KONGAUTH_KEY = 'k'.repeat(32);
  assert.doesNotMatch(await besideKong(['digest', 'now']), /rotated its keys/);
  assert.doesNotMatch(await besideKong(['digest', 'now']), /rotated its keys/);
  await idp.rotate();
  assert.match(await besideKong(['digest', 'now']), /has rotated its keys\..* New: .*Gone: /s);
});

for (const mode of ['http', 'socket'] as const satisfies readonly Mode[])
  test(`doctor in Slack over ${mode}`, { timeout: 60_000 }, async () => {
    const scene = await SlackScene.open(mode, environment);
    try {
      const where = { person: 'ann' as const, channel: scene.api.workspace.channels.incidents };
      const paste = await command(scene.api, where, `diagnose Authorization: Bearer ${await oldToken()}`);
      await scene.deliverAndWait(paste, 'the diagnosis', ({ responseUrl }) => responseUrl === paste.responseUrl);
      const said = await command(
        scene.api,
        { person: 'ann', channel: scene.api.workspace.channels.incidents },
        'doctor',
      );
      const answer = await scene.deliverAndWait(
        said,
        'the report',
        ({ responseUrl }) => responseUrl === said.responseUrl,
      );
      const text = readable(answer).replace(/\u2060/g, '');
      assert.match(text, METHOD);
      assert.match(text, /of-last-month/, 'the key of the token that was pasted before');
      assert.ok(!readable(answer).includes(SECRET) && !scene.bot.log().includes(SECRET));
      assert.deepEqual(scene.api.objections, []);
    } finally {
      await scene.close();
    }
  });
