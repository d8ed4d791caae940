// Every surface of the bot over the wire, the same for HTTP and Socket Mode: what somebody does in Slack, and what comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isFields, listOf } from '../support/block-kit-faults.ts';
import { HOSTILE, hostileLog, type KnownPaste, LOGIN, NODE_LOG, SECRETS, UPSTREAM } from '../support/slack-pastes.ts';
import {
  click,
  command,
  directMessage,
  elementOf,
  globalShortcut,
  homeOpened,
  mention,
  messageShortcut,
  submission,
  type Where,
} from '../support/slack-payloads.ts';
import { blockTexts, isReplyIn, type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';
import { BOT, composed, type Person } from '../support/slack-workspace.ts';

/** A person who pastes something somewhere, and the answer that comes. */
type Surface = (scene: SlackScene, person: Person, text: string) => Promise<Delivery>;

/** The message of our own that must stay unanswered. */
const OWN_TS = '1791788400.000100';

const isAnswer = ({ how, text }: Delivery): boolean => how !== 'view' && text !== '';
const in_ = (scene: SlackScene, person: Person, channel: 'incidents' | 'ops' | 'elsewhere' = 'incidents'): Where => ({
  person,
  channel: scene.api.workspace.channels[channel],
});

/** Deliveries after a mark that tell somebody alone of secrets. */
function secretNotes(scene: SlackScene, mark: number): readonly Delivery[] {
  return scene.api.deliveries
    .slice(mark)
    .filter((delivery) => /fp:[0-9a-f]{6,}/.test(blockTexts(delivery)) && isPrivate(delivery));
}

function isPrivate({ how, args, channel }: Delivery): boolean {
  if (how === 'respond') return args.response_type !== 'in_channel';
  return (
    how === 'ephemeral' || how === 'view' || channel?.startsWith('D') === true || channel?.startsWith('U') === true
  );
}

const SURFACES: Readonly<Record<string, Surface>> = {
  'slash command': async (scene, person, text) => {
    const said = await command(scene.api, in_(scene, person), `diagnose ${text}`);
    return scene.deliverAndWait(said, 'answer to the command', ({ responseUrl }) => responseUrl === said.responseUrl);
  },
  modal: async (scene, person, text) => {
    const opened = await openModal(scene, person);
    const file = scene.api.host({ name: 'pasted.log', content: text });
    const filled = await submission(scene.api, person, opened, { text: text.slice(0, 3000), files: [file] });
    return scene.deliverAndWait(filled, 'answer to the modal', isAnswer);
  },
  mention: async (scene, person, text) => {
    const where = in_(scene, person);
    const message = composed('why does this fail?', text, { mention: true });
    const ts = await scene.api.workspace.post(person, where.channel, message);
    return scene.deliverAndWait(mention(scene.api, where, { ts, message }), 'reply', isReplyIn(ts));
  },
  'mention in a thread': async (scene, person, text) => {
    const where = in_(scene, person, 'ops');
    const { workspace } = scene.api;
    const root = await workspace.post(person, where.channel, composed('orders are down'));
    await workspace.share(person, where.channel, { name: 'proxy.log', content: text }, { threadTs: root });
    const message = composed('diagnose', undefined, { mention: true });
    const ts = await workspace.post(person, where.channel, message, root);
    const said = mention(scene.api, where, { ts, threadTs: root, message });
    return scene.deliverAndWait(said, 'reply in the thread', isReplyIn(root));
  },
  'direct message': async (scene, person, text) => {
    const channel = await scene.api.workspace.directMessages(person);
    const message = composed('', text);
    const ts = await scene.api.workspace.post(person, channel, message);
    const said = directMessage(scene.api, { person, channel }, { ts, message });
    return scene.deliverAndWait(said, 'direct reply', (one) => one.how === 'post' && one.channel === channel);
  },
  'message shortcut': async (scene, person, text) => {
    const where = in_(scene, person, 'elsewhere');
    const message = composed('look at this', text);
    const ts = await scene.api.workspace.post(person, where.channel, message);
    const said = await messageShortcut(scene.api, where, 'diagnose_message', { ts, message });
    return scene.deliverAndWait(said, 'answer to the shortcut', ({ responseUrl }) => responseUrl === said.responseUrl);
  },
};

async function openModal(scene: SlackScene, person: Person): Promise<Delivery> {
  const said = await command(scene.api, in_(scene, person), 'diagnose');
  return scene.deliverAndWait(said, 'modal', ({ how, method }) => how === 'view' && method === 'views.open');
}

function assertNames(delivery: Delivery, { cause, secrets }: KnownPaste): void {
  assert.match(readable(delivery), new RegExp(cause));
  for (const secret of secrets) assert.ok(!readable(delivery).includes(secret), `${secret} came back`);
}

/** Nothing that was ever sent, called or logged holds a secret. */
function assertHidden(scene: SlackScene, secrets: readonly string[]): void {
  const sent = scene.api.calls.map(({ method, args }) => `${method} ${JSON.stringify(args)}`).join('\n');
  const answers = scene.api.deliveries.map(readable).join('\n');
  for (const secret of secrets) {
    assert.ok(!sent.includes(secret), `${secret} in a call`);
    assert.ok(!answers.includes(secret), `${secret} in an answer`);
    assert.ok(!scene.bot.log().includes(secret), `${secret} in the log`);
  }
}

/**
 * Registers the tests of all surfaces for one way to reach the bot.
 * @param extent `main`: the surfaces themselves; `all`: their buttons, hostile text and secrets as well
 */
export function surfaceTests(mode: Mode, extent: 'all' | 'main'): void {
  let scene: SlackScene;
  before(async () => {
    scene = await SlackScene.open(mode);
  });
  after(async () => {
    await scene?.close();
  });
  const check = (name: string, run: () => Promise<void>): void => {
    test(`${mode}: ${name}`, { timeout: 60_000 }, async () => {
      await run();
      assert.deepEqual(scene.api.objections.splice(0), [], 'what Slack has against our messages');
    });
  };
  const checkAll = (name: string, run: () => Promise<void>): void => {
    if (extent === 'all') check(name, run);
  };

  check('a slash command with text is answered to the asker alone, and can be shared', async () => {
    const mark = scene.api.deliveries.length;
    const answer = await SURFACES['slash command']?.(scene, 'ann', UPSTREAM.text);
    assert.ok(answer !== undefined && isPrivate(answer));
    assertNames(answer, UPSTREAM);
    await scene.api.until('a private note of the secret', () => secretNotes(scene, mark).length > 0);
    const share = await click(scene.api, 'ann', answer, 'share');
    const { incidents } = scene.api.workspace.channels;
    const isShared = ({ how, channel, args }: Delivery): boolean =>
      channel === incidents && (how === 'post' || (how === 'respond' && args.response_type === 'in_channel'));
    const shared = await scene.deliverAndWait(share, 'the diagnosis in the channel', isShared);
    assertNames(shared, UPSTREAM);
    const again = scene.api.deliveries.length;
    await scene.deliver(await click(scene.api, 'ann', answer, 'share'));
    await scene.api.until('an answer to the second click', () => scene.api.deliveries.length > again);
    assert.equal(scene.api.deliveries.slice(again).filter(isShared).length, 0, 'shared twice');
  });

  check('a slash command without text opens a modal, whose text and file are answered', async () => {
    const opened = await openModal(scene, 'ann');
    const kinds = opened.blocks.flatMap(({ element }) => (isFields(element) ? [element.type] : []));
    assert.ok(kinds.includes('plain_text_input') && kinds.includes('file_input'), kinds.join());
    const { file } = await scene.api.workspace.share('ann', scene.api.workspace.channels.incidents, {
      name: 'nodes.log',
      content: NODE_LOG.text,
    });
    const filled = await submission(scene.api, 'ann', opened, { text: 'some orders fail', files: [file] });
    const answer = await scene.deliverAndWait(filled, 'answer to the modal', isAnswer);
    assertNames(answer, NODE_LOG);
    assert.ok(isPrivate(answer));
  });

  checkAll('an empty modal says in the modal what is missing', async () => {
    const opened = await openModal(scene, 'ann');
    const { payload } = await scene.deliver(await submission(scene.api, 'ann', opened, {}));
    assert.ok(
      isFields(payload) && payload.response_action === 'errors' && isFields(payload.errors),
      JSON.stringify(payload),
    );
    const ids = opened.blocks.map(({ block_id }) => block_id);
    for (const id of Object.keys(payload.errors)) assert.ok(ids.includes(id), `an error at ${id}`);
  });

  check('a mention in a channel is answered in its thread, with marks that it works', async () => {
    const answer = await SURFACES.mention?.(scene, 'ann', LOGIN.text);
    assert.ok(answer !== undefined);
    assertNames(answer, LOGIN);
    const marks = (): readonly string[] =>
      scene.api.calls
        .filter(({ method, args }) => method.startsWith('reactions.') && args.timestamp === answer.threadTs)
        .map(({ method, args }) => `${method} ${String(args.name)}`);
    await scene.api.until('three marks', () => marks().length === 3);
    assert.equal(marks()[0], 'reactions.add eyes');
  });

  check('a mention in a long thread reads all of it and its files; a second one says what is new', async () => {
    const { workspace } = scene.api;
    const where = in_(scene, 'ann', 'ops');
    const root = await workspace.post('ann', where.channel, composed('orders answer 401 since the upgrade'));
    for (let number = 0; number < 24; number++)
      await workspace.post('bob', where.channel, composed(`looked at dashboard ${number}, nothing`), root);
    const half = NODE_LOG.text.length / 2;
    const cut = NODE_LOG.text.lastIndexOf('\n', half) + 1;
    await workspace.share(
      'bob',
      where.channel,
      { name: 'one.log', content: NODE_LOG.text.slice(0, cut) },
      { threadTs: root },
    );
    await workspace.share(
      'ann',
      where.channel,
      { name: 'two.log', content: NODE_LOG.text.slice(cut) },
      { threadTs: root },
    );
    scene.api.pageSize = 10;
    const ask = async (): Promise<Delivery> => {
      const message = composed('diagnose this thread', undefined, { mention: true });
      const ts = await workspace.post('ann', where.channel, message, root);
      const said = mention(scene.api, where, { ts, threadTs: root, message });
      const isReply = ({ how, threadTs, text }: Delivery): boolean =>
        how === 'post' && threadTs === root && text !== '';
      return scene.deliverAndWait(said, 'reply in the thread', isReply);
    };
    const pages = scene.api.calls.length;
    const first = await ask();
    scene.api.pageSize = 1000;
    assertNames(first, NODE_LOG);
    const cursors = scene.api.calls
      .slice(pages)
      .filter(({ method, args }) => method === 'conversations.replies' && args.cursor !== undefined);
    assert.ok(cursors.length >= 2, 'the thread was not paged through');
    await workspace.post('bob', where.channel, composed('and this', LOGIN.text), root);
    const second = await ask();
    assert.match(readable(second), /1 new message/);
    assert.match(readable(second), /oidc-client-auth-method/);
  });

  check('a direct message is answered there', async () => {
    const answer = await SURFACES['direct message']?.(scene, 'ann', UPSTREAM.text);
    assert.ok(answer !== undefined);
    assertNames(answer, UPSTREAM);
  });

  checkAll("other bots' alerts are read, our own messages are not", async () => {
    const where = in_(scene, 'ann');
    const alert = {
      text: '',
      attachments: [{ fallback: 'alert', text: LOGIN.text, fields: [{ title: 'severity', value: 'page' }] }],
    };
    const root = await scene.api.workspace.post('bob', where.channel, alert);
    const message = composed('diagnose', undefined, { mention: true });
    const ts = await scene.api.workspace.post('ann', where.channel, message, root);
    const said = mention(scene.api, where, { ts, threadTs: root, message });
    const answer = await scene.deliverAndWait(said, 'reply', isReplyIn(root));
    assertNames(answer, LOGIN);
    const mark = scene.api.deliveries.length;
    await scene.deliver(ownMessage(await scene.api.workspace.directMessages('ann')));
    await scene.deliverAndWait(homeOpened(scene.api, 'bob'), 'the home of somebody', ({ how }) => how === 'view');
    assert.equal(
      scene.api.deliveries.slice(mark).filter(({ threadTs }) => threadTs === OWN_TS).length,
      0,
      'answered itself',
    );
  });

  check('the message shortcut answers where the bot is no member, the global one opens the modal', async () => {
    const answer = await SURFACES['message shortcut']?.(scene, 'ann', UPSTREAM.text);
    assert.ok(answer !== undefined && isPrivate(answer));
    assertNames(answer, UPSTREAM);
    const isModal = ({ how, method }: Delivery): boolean => how === 'view' && method === 'views.open';
    const opened = await scene.deliverAndWait(
      await globalShortcut(scene.api, 'ann', 'diagnose_paste'),
      'modal',
      isModal,
    );
    const filled = await submission(scene.api, 'ann', opened, { text: UPSTREAM.text });
    assertNames(await scene.deliverAndWait(filled, 'answer to the modal', isAnswer), UPSTREAM);
  });

  check('the App Home says what it can do and shows recent diagnoses', async () => {
    const home = await scene.deliverAndWait(
      homeOpened(scene.api, 'ann'),
      'a home',
      ({ method }) => method === 'views.publish',
    );
    assert.equal(home.user, scene.api.workspace.people.ann);
    assert.match(blockTexts(home), /\/kongauth/);
    assert.match(blockTexts(home), new RegExp(UPSTREAM.cause));
    const button = await click(scene.api, 'ann', home, 'diagnose_paste');
    await scene.deliverAndWait(button, 'modal of the home', ({ method }) => method === 'views.open');
    const other = await scene.deliverAndWait(
      homeOpened(scene.api, 'bob'),
      'a home',
      ({ method }) => method === 'views.publish',
    );
    assert.doesNotMatch(blockTexts(other), new RegExp(LOGIN.cause), "somebody else's diagnoses");
  });

  check('select, candidates, explanation, live check and feedback each answer', async () => {
    const answer = await SURFACES.mention?.(scene, 'bob', UPSTREAM.text);
    assert.ok(answer !== undefined);
    const all = ({ how, ts, responseUrl }: Delivery): boolean =>
      how === 'view' || how === 'ephemeral' || (how === 'update' && ts === answer.ts) || responseUrl !== undefined;
    const press = async (actionId: string, choice?: string): Promise<Delivery> =>
      scene.deliverAndWait(await click(scene.api, 'bob', answer, actionId, choice), `what ${actionId} does`, all);
    const options = listOf(elementOf(answer, 'flavour').element.options).filter(isFields);
    const labels = options.map(({ text }) => (isFields(text) ? String(text.text) : ''));
    const other = labels.at(-1) ?? '';
    assert.notEqual(blockTexts(await press('flavour', other)), blockTexts(answer), `nothing changed for ${other}`);
    assert.match(readable(await press('more')), /upstream-rejects-token/);
    assert.match(readable(await press('explain')), /\S{20,}|\w+ \w+/);
    await press('check_live');
    await press('feedback', 'positive');
    assert.match(await (await fetch(`${scene.bot.url}/metrics`)).text(), /feedback/);
  });

  checkAll('a button of a diagnosis that nobody remembers answers politely', async () => {
    const answer = await SURFACES['direct message']?.(scene, 'bob', UPSTREAM.text);
    assert.ok(answer !== undefined);
    const { kind, payload } = await click(scene.api, 'bob', answer, 'explain');
    const forgotten = JSON.parse(JSON.stringify(payload).replace(/:[0-9a-f]{12}"/g, ':ffffffffffff"'));
    await scene.deliverAndWait({ kind, payload: forgotten }, 'a polite answer');
  });

  check('every subcommand answers or says what is not configured; unknown ones get the help', async () => {
    const ask = async (text: string): Promise<string> => {
      const said = await command(scene.api, in_(scene, 'bob'), text);
      return readable(
        await scene.deliverAndWait(said, `answer to "${text}"`, ({ responseUrl }) => responseUrl === said.responseUrl),
      );
    };
    const help = await ask('help');
    assert.match(help, /diagnose/);
    for (const text of ['', 'frobnicate <!channel>']) assert.match(await ask(text), /\/kongauth diagnose/);
    for (const text of ['status', 'doctor', 'digest now', 'inspect route orders'])
      assert.match(await ask(text), /configur|KONG_\w+_URL/i, text);
    assert.match(await ask('explain token-cache-stale'), /token-cache-stale/);
    assert.match(await ask('explain'), /upstream-rejects-token/);
  });

  check('with nothing to analyse it says what to paste and how to get it', async () => {
    const where = in_(scene, 'bob');
    const message = composed('orders fail, what now?', undefined, { mention: true });
    const ts = await scene.api.workspace.post('bob', where.channel, message);
    const answer = await scene.deliverAndWait(mention(scene.api, where, { ts, message }), 'reply', isReplyIn(ts));
    assert.match(readable(answer), /log-level/);
    assert.match(readable(answer), /curl/);
  });

  check("Slack's repetitions are handled once", async () => {
    const where = in_(scene, 'bob', 'ops');
    const message = composed('why?', UPSTREAM.text, { mention: true });
    const ts = await scene.api.workspace.post('bob', where.channel, message);
    const said = mention(scene.api, where, { ts, message });
    const mark = scene.api.deliveries.length;
    await Promise.all([scene.deliver(said), scene.deliver(said, 1)]);
    await scene.deliver(said, 2);
    const isReply = ({ how, threadTs }: Delivery): boolean => how === 'post' && threadTs === ts;
    await scene.api.delivery('reply', mark, isReply);
    await scene.deliver(said, 3);
    // Whatever a repetition would have led to is there before the answer to what came after it.
    await SURFACES.mention?.(scene, 'bob', UPSTREAM.text);
    assert.equal(scene.api.deliveries.slice(mark).filter(isReply).length, 1);
  });

  for (const [name, surface] of Object.entries(SURFACES)) {
    checkAll(`hostile text pings, links and breaks nothing: ${name}`, async () => {
      const mark = scene.api.deliveries.length;
      await surface(scene, 'bob', hostileLog(40_000));
      for (const delivery of scene.api.deliveries.slice(mark)) {
        const texts = blockTexts(delivery);
        for (const hostile of HOSTILE) {
          assert.ok(!texts.includes(hostile), `${hostile} in ${delivery.how}`);
          assert.ok(!delivery.text.includes(hostile), `${hostile} in the fallback of ${delivery.how}`);
        }
        assert.doesNotMatch(texts, /[\u202a-\u202e\u2066-\u2069\u200b]/);
      }
    });

    checkAll(`secrets never come back, and whoever pasted them is told alone: ${name}`, async () => {
      const mark = scene.api.deliveries.length;
      const answer = await surface(scene, 'ann', SECRETS.text);
      const notes = await scene.api.until('a private note', () => {
        const found = secretNotes(scene, mark).filter((note) => note !== answer);
        return found.length > 0 && found;
      });
      const told = notes.map(blockTexts).join('\n');
      for (const kind of ['jwt', 'api-key', 'client-secret', 'admin-token']) assert.match(told, new RegExp(kind));
      assertHidden(scene, SECRETS.secrets);
    });
  }

  checkAll('a note of secrets goes to whoever pasted them, not to whoever asked', async () => {
    const { workspace } = scene.api;
    const where = in_(scene, 'ann', 'ops');
    const root = await workspace.post('ann', where.channel, composed('who can help?'));
    await workspace.share('bob', where.channel, { name: 'call.txt', content: SECRETS.text }, { threadTs: root });
    const message = composed('diagnose', undefined, { mention: true });
    const ts = await workspace.post('ann', where.channel, message, root);
    const said = mention(scene.api, where, { ts, threadTs: root, message });
    const note = await scene.deliverAndWait(said, 'a private note', ({ how }) => how === 'ephemeral');
    assert.equal(note.user, workspace.people.bob);
    assert.equal(note.threadTs, root);
  });

  checkAll('logs are JSON, carry an id for each interaction, and nothing that people wrote', async () => {
    const lines = scene.bot
      .log()
      .split('\n')
      .filter((line) => line.trim() !== '');
    for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
    assert.ok(lines.length > 0);
    for (const written of ['orders are down', 'why does this fail', 'okhttp', BOT.token, 'signing-secret-of-the-tests'])
      assert.ok(!scene.bot.log().includes(written), written);
    assertHidden(scene, [...UPSTREAM.secrets, ...LOGIN.secrets]);
  });

  function ownMessage(channel: string): ReturnType<typeof directMessage> {
    const said = directMessage(scene.api, { person: 'ann', channel }, { ts: OWN_TS, message: { text: UPSTREAM.text } });
    const event = { ...(said.payload.event as object), user: BOT.user, bot_id: BOT.bot, app_id: BOT.app };
    return { ...said, payload: { ...said.payload, event } };
  }
}
