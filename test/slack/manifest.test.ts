// manifest.yml against Slack's published schema, and against the code: nothing declared without a handler, no handler
// undeclared, no scope unused and none missing.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { LISTENERS } from '../../src/slack/listeners.ts';

const root = join(import.meta.dirname, '../..');
const schemaFile = join(root, '../shared/reference/slack-manifest.schema.json');

interface Manifest {
  readonly features: {
    readonly app_home: { readonly home_tab_enabled: boolean; readonly messages_tab_enabled: boolean };
    readonly shortcuts: readonly { readonly callback_id: string; readonly name: string }[];
    readonly slash_commands: readonly { readonly command: string; readonly usage_hint: string }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: {
    readonly event_subscriptions: { readonly bot_events: readonly string[] };
    readonly interactivity: { readonly is_enabled: boolean };
  };
}
const manifest = parse(readFileSync(join(root, 'manifest.yml'), 'utf8')) as Manifest;

const HISTORY = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

const CHANNELS = ['channels:read', 'groups:read'];

/** Slack's method reference: what each method that we call needs. */
const SCOPES_OF_METHODS: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': HISTORY,
  'conversations.info': CHANNELS,
  'conversations.members': CHANNELS,
  'conversations.replies': HISTORY,
  'files.info': ['files:read'],
  'reactions.add': ['reactions:write'],
  'reactions.remove': ['reactions:write'],
  'users.conversations': CHANNELS,
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
  filesUploadV2: ['files:write'],
};

/** The same for events, commands and shortcuts, and what fetching a file needs. */
const SCOPES_OF_EVENTS: Readonly<Record<string, readonly string[]>> = {
  app_mention: ['app_mentions:read'],
  'message.im': ['im:history'],
  app_home_opened: [],
};
const SCOPES_OF_KINDS: Readonly<Record<string, readonly string[]>> = {
  command: ['commands'],
  shortcut: ['commands'],
  event: [],
  action: [],
  view: [],
};

function namesOf(kind: string): readonly string[] {
  return LISTENERS.filter((listener) => listener.kind === kind)
    .map(({ name }) => name)
    .sort();
}

/** Every method of the Web API that the code calls. */
function methodsCalled(): readonly string[] {
  const folder = join(root, 'src/slack');
  const calls = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const plain = [
        ...text.matchAll(/\b(?:client|webClient)\s*\.\s*([a-z]+)\s*\.\s*([a-zA-Z]+)(?:\.bind)?\(/g),
        ...text.matchAll(/(?<!\.)\b(reactions|files|chat|views|conversations)\.([a-zA-Z]+)\.bind\(/g),
      ].map(([, family, method]) => `${family}.${method}`);
      return [...plain, ...(/\bclient\.filesUploadV2\(/.test(text) ? ['filesUploadV2'] : [])];
    });
  return [...new Set(calls)].sort();
}

test('it is a manifest of Slack', { skip: !existsSync(schemaFile) && 'the published schema is not here' }, () => {
  const ajv = new Ajv({ strict: false });
  // The package's default export, as Node sees it from an ES module.
  (addFormats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));
  assert.ok(validate(manifest), JSON.stringify(validate.errors));
  const broken = structuredClone(manifest) as unknown as { features: { shortcuts: { name: string }[] } };
  for (const shortcut of broken.features.shortcuts) shortcut.name = 'a name of far more than 24 characters';
  assert.ok(!validate(broken), 'the schema refuses nothing');
});

test('what it declares has a handler, and every handler is declared', () => {
  const { features, settings } = manifest;
  assert.deepEqual(features.slash_commands.map(({ command }) => command).sort(), namesOf('command'));
  assert.deepEqual([...settings.event_subscriptions.bot_events].sort(), namesOf('event'));
  assert.deepEqual(features.shortcuts.map(({ callback_id: id }) => id).sort(), namesOf('shortcut'));
  // Actions and views need no line each, but the switch.
  assert.ok(namesOf('action').length > 0 && namesOf('view').length > 0 && settings.interactivity.is_enabled);
  assert.equal(features.app_home.home_tab_enabled, namesOf('event').includes('app_home_opened'));
  assert.equal(features.app_home.messages_tab_enabled, namesOf('event').includes('message.im'));
  const keys = LISTENERS.map(({ kind, name }) => `${kind} ${name}`);
  assert.equal(new Set(keys).size, keys.length, 'a listener twice');
});

test('every action id and callback id in what we send has a handler', () => {
  const sent = new Set<string>();
  const files = ['src/slack', 'src/render'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(file, 'utf8');
    for (const [, id = ''] of text.matchAll(/action_id: '(\w+)'/g)) sent.add(`action ${id}`);
    for (const [, id = ''] of text.matchAll(/\bbutton\('(\w+)'/g)) sent.add(`action ${id}`);
    for (const [, id = ''] of text.matchAll(/callback_id: '(\w+)'/g)) sent.add(`view ${id}`);
  }
  // Fields of the form: they come with its submission.
  for (const field of ['text', 'files', 'gateway']) assert.ok(sent.delete(`action ${field}`), field);
  const handled = LISTENERS.filter(({ kind }) => kind === 'action' || kind === 'view').map(
    ({ kind, name }) => `${kind} ${name}`,
  );
  assert.deepEqual([...sent].sort(), handled.sort());
});

test('no scope is unused and none is missing', () => {
  const methods = methodsCalled();
  for (const method of methods) assert.ok(method in SCOPES_OF_METHODS, `${method}: which scope does it need?`);
  const needed = new Set([
    ...methods.flatMap((method) => SCOPES_OF_METHODS[method] ?? []),
    ...LISTENERS.flatMap(({ kind }) => SCOPES_OF_KINDS[kind] ?? []),
    ...namesOf('event').flatMap((name) => SCOPES_OF_EVENTS[name] ?? []),
    // Attached files are fetched from Slack's file host.
    'files:read',
  ]);
  for (const name of namesOf('event')) assert.ok(name in SCOPES_OF_EVENTS, `${name}: which scope does it need?`);
  assert.deepEqual([...manifest.oauth_config.scopes.bot].sort(), [...needed].sort());
});

test('the usage hint names every verb of the contract', () => {
  const [command] = manifest.features.slash_commands;
  for (const verb of ['diagnose', 'inspect', 'status', 'doctor', 'digest', 'explain', 'help'])
    assert.ok(command?.usage_hint.includes(verb), verb);
});
