// The log's last gate: whatever a call hands over, no credential and no pasted text gets out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KongauthError } from '../../src/errors.ts';
import { createLog } from '../../src/ops/log.ts';
import { boltLogger } from '../../src/slack/bolt-log.ts';

function logged(secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { log: createLog('debug', secrets, { write: (line) => void lines.push(line) }), lines };
}

test('credentials leave no trace, in fields, in messages, or nested', () => {
  const { log, lines } = logged(['the-signing-secret']);
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  log.info({ token: 'abc-def', deep: { authorization: 'Basic dXNlcjpwYXNz' } }, 'message');
  log.info({ note: `a ${jwt} b`, url: 'https://hooks.slack.com/commands/T1/2/three' }, 'xoxb-12345-abcde is here');
  log.child({ inner: 'the-signing-secret' }).warn('xapp-1-A1-2-three and Bearer abcdef123456');
  log.error({ err: new Error('xoxp-1-2-3-four') }, 'failed');
  const all = lines.join('');
  for (const secret of [
    'abc-def',
    'dXNlcjpw',
    jwt.slice(0, 30),
    '2/three',
    '12345',
    'the-signing',
    'A1-2',
    'abcdef123',
    '2-3-four',
  ])
    assert.ok(!all.includes(secret), `${secret} in ${all}`);
  for (const line of lines) assert.equal(typeof JSON.parse(line).time, 'string');
});

test('an error is told by class, code and place, never by words that may quote a paste', () => {
  const { log, lines } = logged();
  let broken: unknown;
  try {
    JSON.parse('{"password": hunter2-of-the-user');
  } catch (error) {
    broken = error;
  }
  log.error({ err: new KongauthError('busy', 'Too many wait.', { cause: broken }) }, 'failed');
  const [line = ''] = lines;
  assert.ok(!line.includes('hunter2'));
  const { err } = JSON.parse(line) as { err: { message: string; code: string; cause: { type: string; at: string[] } } };
  assert.equal(err.message, 'Too many wait.');
  assert.equal(err.code, 'busy');
  assert.equal(err.cause.type, 'SyntaxError');
  assert.ok(err.cause.at.length > 0);
});

test('the debug level of Bolt never arrives, and its warnings quote no body', () => {
  const { log, lines } = logged();
  const bolt = boltLogger(log);
  bolt.debug('the whole payload of somebody');
  bolt.warn(`Malformed request body: Unexpected token 'h', "hello of the user" is not valid JSON`);
  bolt.error('Failed', new Error('words of somebody'));
  assert.equal(lines.length, 2);
  const all = lines.join('');
  for (const words of ['whole payload', 'hello of', 'words of']) assert.ok(!all.includes(words), all);
  assert.match(all, /Malformed request body/);
});
