// The page: what is told is drawn, what is done is sent; who acts, where one looks and light or dark are the page's own.

import { drawBlocks } from './blocks.ts';
import { type Composer, createComposer } from './composer.ts';
import { button, byId, el } from './dom.ts';
import type { Choices } from './elements.ts';
import { type Entry, openMenu } from './menu.ts';
import { drawList, makeWalkable } from './message-list.ts';
import { drawMessage } from './messages.ts';
import { createModals } from './modal.ts';
import { followTheme } from './theme.ts';
import { act, type Fields, type Hello, listen, listOf, type Message, play, type Told, textOf } from './wire.ts';

/** Where one looks: a channel, or a tab of the bot. */
let place = '';
let tab: 'messages' | 'home' = 'home';
let thread: string | undefined;
let hello: Hello | undefined;
let home: Fields | undefined;
let isCurrent = false;
let composers: readonly [Composer | undefined, Composer | undefined] = [undefined, undefined];
let stopListening = (): void => undefined;
/** Counts what is done and what arrives, so that an answer is known as one. */
let clock = 0;
let lastAct = 0;
const messages = new Map<string, Message>();
const arrived = new Map<string, number>();
const unread = new Set<string>();

const channelScroll = byId('channel-scroll');
const threadScroll = byId('thread-scroll');
makeWalkable(channelScroll);
makeWalkable(threadScroll);

const showViews = createModals(() => ({
  ...drawing(),
  person: known().person,
  press: (view, actionId, given) => doIt({ kind: 'press', id: view, actionId, given }),
  submit: (view, values) => act(known().person, { kind: 'submit', view, values }),
  leave: (view) => doIt({ kind: 'leave', view }),
  fail: note,
}));

function known(): Hello {
  if (hello === undefined) throw new Error('nothing is known yet');
  return hello;
}

function doIt(what: Fields): void {
  lastAct = ++clock;
  act(known().person, what).catch((error: unknown) =>
    note(error instanceof Error ? error.message : 'That did not work.'),
  );
}

function nameOf(id: string): string {
  const { people, bot, channels } = known();
  if (id === bot.id) return bot.name;
  return (
    people.find((person) => person.id === id)?.realName ?? channels.find((channel) => channel.id === id)?.name ?? id
  );
}

function drawing(): { readonly nameOf: typeof nameOf; readonly choices: Choices } {
  const { people, channels } = known();
  return {
    nameOf,
    choices: {
      people: people.map(({ id, realName }) => ({ id, label: realName })),
      channels: channels.map(({ id, name }) => ({ id, label: `#${name}` })),
    },
  };
}

function hear(told: Told): void {
  switch (told.kind) {
    case 'hello':
      hello = told;
      messages.clear();
      isCurrent = false;
      home = undefined;
      // Another person has other direct messages, and a process that was started anew other channels.
      if (place.startsWith('D')) place = told.direct;
      else if (!told.channels.some(({ id }) => id === place)) place = told.channels[0]?.id ?? '';
      drawFrame();
      return;
    case 'message':
      hearMessage(told.message);
      return;
    case 'removed':
      messages.delete(told.id);
      drawAll();
      return;
    case 'views':
      showViews(told.views);
      return;
    case 'home':
      home = told.view;
      drawAll();
      return;
    case 'note':
      note(told.text);
      return;
    case 'current':
      isCurrent = true;
      if (thread !== undefined && !messages.has(thread)) thread = undefined;
      openNewest();
      drawAll();
  }
}

function hearMessage(message: Message): void {
  const isNew = !messages.has(message.id);
  messages.set(message.id, message);
  if (isNew && isCurrent) arrived.set(message.id, ++clock);
  if (!isCurrent) return;
  if (isNew) {
    if (message.channel !== place) unread.add(message.channel);
    // Who asked in the channel looks at the answer, which comes in a thread.
    const isAnswer = message.user === known().bot.id && message.threadTs !== undefined;
    const root = isAnswer ? messages.get(`${message.channel}:${message.threadTs}`) : undefined;
    if (root !== undefined && root.user === known().me && message.channel === place) thread = root.id;
    if (message.user !== known().me) announce(`${nameOf(message.user)}: ${firstLine(message.text)}`);
  }
  if (isNew && message.user === known().me && message.channel === place && message.threadTs === undefined)
    thread = undefined;
  drawAll();
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 200);
}

/** The newest thread of the channel stands open at the start. */
function openNewest(): void {
  const answered = [...messages.values()].filter(
    ({ channel, threadTs }) => channel === place && threadTs !== undefined,
  );
  const newest = answered.at(-1);
  if (newest !== undefined && thread === undefined) thread = `${newest.channel}:${newest.threadTs}`;
}

let isDrawing = false;

/** Once a frame, however much is told. */
function drawAll(): void {
  if (isDrawing || !isCurrent) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawSide();
    drawChannel();
    drawThread();
  });
}

function drawFrame(): void {
  const { team, people, person, otherGateways } = known();
  byId('team').textContent = team;
  if (otherGateways.length > 0)
    byId('local-note').textContent =
      `Local: Slack is played by this machine; beside the sample gateway the bot asks ${otherGateways.join(', ')}.`;
  const select = byId('person');
  select.replaceChildren(
    ...people.map(({ name, realName }) => el('option', { value: name, selected: name === person }, realName)),
  );
  drawComposers();
}

function drawComposers(): void {
  const { channels, direct } = known();
  const channel = channels.find(({ id }) => id === place);
  const label = place === direct ? 'Message kongauth' : `Message #${channel?.name ?? ''}`;
  const common = { hello: known(), announce, fail: note };
  const main = createComposer({
    ...common,
    label,
    id: 'composer-channel',
    isThread: false,
    send: (text, files) => say(text, files, undefined),
  });
  const ofThread = createComposer({
    ...common,
    label: 'Reply in the thread',
    id: 'composer-thread',
    isThread: true,
    send: (text, files) => say(text, files, threadTs()),
  });
  composers = [main, ofThread];
  byId('channel-composer').replaceChildren(main.element);
  byId('thread-composer').replaceChildren(ofThread.element);
}

async function say(text: string, files: readonly string[], inThread: string | undefined): Promise<void> {
  lastAct = ++clock;
  const where = { channel: place, ...(inThread === undefined ? {} : { threadTs: inThread }) };
  await act(known().person, { kind: 'say', ...where, text, files });
}

function threadTs(): string | undefined {
  return thread === undefined ? undefined : thread.slice(thread.indexOf(':') + 1);
}

function drawSide(): void {
  const { channels, direct } = known();
  const entry = (id: string, label: string): HTMLElement => {
    const isUnread = unread.has(id);
    const made = button(
      label,
      { 'aria-current': id === place ? 'page' : undefined, class: isUnread ? 'unread' : '' },
      () => go(id),
    );
    if (isUnread) made.append(el('span', { class: 'unseen' }, ' (new messages)'));
    return el('li', {}, made);
  };
  replaceKeepingFocus(
    byId('channels'),
    channels.map(({ id, name }) => entry(id, `# ${name}`)),
  );
  replaceKeepingFocus(byId('apps'), [entry(direct, 'kongauth')]);
}

function go(id: string): void {
  place = id;
  thread = undefined;
  unread.delete(id);
  if (id === known().direct && tab === 'home') doIt({ kind: 'home', tab: 'home' });
  drawComposers();
  openNewest();
  drawAll();
}

function inPlace(): readonly Message[] {
  return [...messages.values()]
    .filter((message) => message.channel === place)
    .sort((a, b) => Number(a.ts) - Number(b.ts));
}

function drawChannel(): void {
  const { channels, direct, bot } = known();
  const isDirect = place === direct;
  const channel = channels.find(({ id }) => id === place);
  byId('channel-title').textContent = isDirect ? bot.name : `# ${channel?.name ?? ''}`;
  drawTabs(isDirect);
  drawTools();
  const showsHome = isDirect && tab === 'home';
  byId('channel-composer').hidden = showsHome;
  if (showsHome) {
    const view =
      home === undefined
        ? [el('p', { class: 'empty' }, 'The App Home is on its way.')]
        : drawBlocks(listOf(home.blocks), {
            ...drawing(),
            press: (actionId, given) => doIt({ kind: 'press', actionId, given }),
          });
    channelScroll.replaceChildren(el('div', { class: 'home', role: 'tabpanel', 'aria-label': 'Home' }, ...view));
    return;
  }
  const all = inPlace();
  const shown = all.filter(({ threadTs: root }) => root === undefined);
  const empty =
    channel?.isMember === false
      ? 'kongauth is not a member here: what it says of that can be tried.'
      : 'Nothing yet. Paste a log and mention @kongauth, or type /kongauth help.';
  showMessages(channelScroll, shown, all, empty, (message) => {
    thread = message.id;
    drawAll();
    requestAnimationFrame(() => requestAnimationFrame(() => composers[1]?.focus()));
  });
}

function drawTabs(isDirect: boolean): void {
  const tabs = byId('tabs');
  tabs.hidden = !isDirect;
  if (!isDirect) return;
  const made = (['home', 'messages'] as const).map((name) =>
    button(
      name === 'home' ? 'Home' : 'Messages',
      { role: 'tab', 'aria-selected': String(tab === name), tabindex: tab === name ? 0 : -1 },
      () => {
        tab = name;
        doIt({ kind: 'home', tab });
        drawAll();
      },
    ),
  );
  replaceKeepingFocus(tabs, made);
}

function drawTools(): void {
  const { shortcuts } = known();
  const global = shortcuts.filter(({ type }) => type === 'global');
  const made: HTMLButtonElement = button(
    'Shortcuts',
    { class: 'quiet', 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
    () =>
      openMenu(
        made,
        global.map(({ name, callbackId }) => ({ label: name, choose: () => doIt({ kind: 'shortcut', callbackId }) })),
      ),
  );
  const tools = byId('channel-tools');
  if (tools.childElementCount === 0) tools.append(made);
}

function drawThread(): void {
  const root = thread === undefined ? undefined : messages.get(thread);
  const pane = byId('thread');
  pane.hidden = root === undefined;
  byId('room').classList.toggle('with-thread', root !== undefined);
  if (root === undefined) return;
  const all = inPlace();
  const shown = all.filter((message) => message.id === root.id || message.threadTs === root.ts);
  showMessages(threadScroll, shown, all, '', undefined);
}

function showMessages(
  scroll: HTMLElement,
  shown: readonly Message[],
  all: readonly Message[],
  empty: string,
  openThread: ((message: Message) => void) | undefined,
): void {
  const { bot } = known();
  const replies = (message: Message): number =>
    all.filter(({ threadTs: root, onlyFor }) => root === message.ts && onlyFor === undefined).length;
  drawList(scroll, shown, {
    label: openThread === undefined ? 'Messages of the thread' : 'Messages',
    empty,
    replies,
    isOfBot: ({ user }) => user === bot.id,
    isFresh: ({ id }) => (arrived.get(id) ?? 0) > lastAct,
    draw: (message) =>
      drawMessage(message, {
        ...drawing(),
        isBot: (user) => user === bot.id,
        press: ({ id }, actionId, given) => doIt({ kind: 'press', id, actionId, given }),
        shortcuts: shortcutsOf,
        openThread,
        replies: replies(message),
      }),
  });
}

function replaceKeepingFocus(parent: HTMLElement, children: readonly HTMLElement[]): void {
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement && parent.contains(focused) ? focused.textContent : undefined;
  parent.replaceChildren(...children);
  if (at === undefined) return;
  const same = [...parent.querySelectorAll('button')].find(({ textContent }) => textContent === at);
  same?.focus();
}

function shortcutsOf(message: Message): readonly Entry[] {
  const { shortcuts } = known();
  const ofMessage = message.onlyFor === undefined ? shortcuts.filter(({ type }) => type === 'message') : [];
  return [
    ...ofMessage.map(({ name, callbackId }) => ({
      label: name,
      choose: () => doIt({ kind: 'shortcut', callbackId, message: message.id }),
    })),
    { label: 'Copy text', choose: () => void navigator.clipboard.writeText(textOf(message.text)) },
  ];
}

function announce(sentence: string): void {
  byId('news').textContent = sentence;
}

let noteTimer = 0;

function note(sentence: string): void {
  const line = byId('note');
  line.textContent = sentence;
  line.hidden = false;
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => {
    line.hidden = true;
  }, 8000);
}

function become(person: string): void {
  sessionStorage.setItem('person', person);
  stopListening();
  stopListening = listen(person, hear, (isLost) => {
    if (isLost) note('The connection to the bot is lost; is the process still running?');
  });
}

followTheme();
byId('person').addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) become(target.value);
});
const playButton = byId('play');
playButton.addEventListener('click', () =>
  openMenu(
    playButton,
    known().incidents.map(({ name, title }) => ({
      label: title,
      choose: () => {
        go(known().channels[0]?.id ?? place);
        play(known().person, name).catch((error: unknown) =>
          note(error instanceof Error ? error.message : 'That did not work.'),
        );
      },
    })),
  ),
);
byId('thread-close').addEventListener('click', () => {
  thread = undefined;
  drawAll();
  composers[0]?.focus();
});
byId('thread').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  byId('thread-close').click();
});
for (const [id, index] of [
  ['channel', 0],
  ['thread', 1],
] as const) {
  const pane = byId(id);
  pane.addEventListener('dragover', (event) => {
    event.preventDefault();
    pane.classList.add('dropping');
  });
  pane.addEventListener('dragleave', () => pane.classList.remove('dropping'));
  pane.addEventListener('drop', (event) => {
    event.preventDefault();
    pane.classList.remove('dropping');
    composers[index]?.take([...(event.dataTransfer?.files ?? [])]);
  });
}
byId('tabs').addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const other = byId('tabs').querySelector<HTMLElement>('[aria-selected="false"]');
  other?.focus();
  other?.click();
});
become(sessionStorage.getItem('person') ?? '');
