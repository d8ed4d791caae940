// What people paste in the bot's tests: failures with a known cause, secrets, and text that wants to ping, link and break out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const sample = (name: string): string => readFileSync(join(import.meta.dirname, '../samples', name), 'utf8');

/** A paste and the cause that its diagnosis must name. */
export interface KnownPaste {
  readonly text: string;
  readonly cause: string;
  /** Values in it that nobody may see again. */
  readonly secrets: readonly string[];
}

export const UPSTREAM: KnownPaste = {
  text: sample('upstream-401-after-upgrade.txt'),
  cause: 'auth-header-not-forwarded',
  secrets: ['orders-web-7fK2mQ9sVx31'],
};
export const LOGIN: KnownPaste = {
  text: sample('oidc-login.txt'),
  cause: 'oidc-client-auth-method',
  secrets: ['4Zr8vQpL1wXyN0tB7dKs'],
};
export const NODE_LOG: KnownPaste = { text: sample('one-node-401.log'), cause: 'node-out-of-sync', secrets: [] };

const JWT_SIGNATURE = 'q8Jx2fT0vLwYb3mKz7RdUe5Ns1PaHc9GiVoXlQyBtWk';
const payload = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

/** Secrets of many kinds in one failing call and one configuration. */
export const SECRETS: KnownPaste = {
  text: `$ curl -v https://api.example.com/orders -H 'Authorization: Bearer ${payload({ alg: 'RS256' })}.${payload({ sub: 'ann', exp: 1791788400 })}.${JWT_SIGNATURE}'
> GET /orders HTTP/1.1
> Authorization: Bearer ${payload({ alg: 'RS256' })}.${payload({ sub: 'ann', exp: 1791788400 })}.${JWT_SIGNATURE}
> apikey: kXw93nQzT5yLbV7cRm2pDf8h
> Cookie: session=Zr81kQmPxT6wLvB2nYc4Hd7s
>
< HTTP/1.1 401 Unauthorized
< X-Kong-Response-Latency: 1
<
{"message":"Unauthorized"}

$ curl -u gateway:pN5vR2xK8qLw https://api.example.com/token -d client_secret=uB7yT3mWq9ZcJ4kLs6Xd
$ curl http://localhost:8001/services -H 'Kong-Admin-Token: aH4gN8rV1zQe5TkPw7Ym'`,
  cause: '',
  secrets: [
    JWT_SIGNATURE,
    'kXw93nQzT5yLbV7cRm2pDf8h',
    'Zr81kQmPxT6wLvB2nYc4Hd7s',
    'pN5vR2xK8qLw',
    'uB7yT3mWq9ZcJ4kLs6Xd',
    'aH4gN8rV1zQe5TkPw7Ym',
  ],
};

/** None of this may come out as it went in. */
export const HOSTILE = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!subteam^S0HOSTILE|@oncall>',
  '<@U0HOSTILE>',
  '<#C0HOSTILE|general>',
  '<https://evil.example/login|reset your password>',
] as const;

/** Hostile text in every place that a diagnosis quotes from: 40,000 characters of it. */
export function hostileLog(characters: number): string {
  const marks = `${HOSTILE.join(' ')} @channel @here [x](https://evil.example) \`\`\` \` *b* _i_ ~s~ &lt;!channel&gt; \u202e\u2066\u200b\u001b[31m\u0007`;
  const plain = marks.replace(/"/g, '');
  const lines: string[] = [
    `The service \`\`\` ${plain} answers 401 since this morning.`,
    '> GET /orders/<!channel> HTTP/1.1',
    '> Host: <!here>.example.com',
    '> User-Agent: ```<!everyone>',
    '>',
    '< HTTP/1.1 401 Unauthorized',
    `< WWW-Authenticate: Key realm="<!channel> ${HOSTILE[6]}"`,
    '< X-Kong-Response-Latency: 1',
    '<',
    '{"message":"No API key found in request <!channel>"}',
    '',
    `2026/10/12 07:01:02 [error] 1#0: *1 [kong] handler.lua:1 [openid-connect] ${plain}, client: 1.2.3.4, server: kong, request: "GET /<!here> HTTP/1.1", host: "<!everyone>"`,
  ];
  for (let number = 0; lines.join('\n').length < characters; number++)
    lines.push(
      `192.0.2.${number % 250} - - [12/Oct/2026:07:01:${String(number % 60).padStart(2, '0')} +0000] "GET /orders/${HOSTILE[number % HOSTILE.length]} HTTP/1.1" ${number % 3 === 0 ? 200 : 401} 96 "-" "${plain}"`,
    );
  return lines.join('\n').slice(0, characters);
}
