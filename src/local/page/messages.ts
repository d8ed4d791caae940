// One message: who, when, what, its files and marks, and what can be done with it.
import { type Drawing, drawBlocks } from './blocks.ts';
import { button, el } from './dom.ts';
import { type Entry, openMenu } from './menu.ts';
import { emojiOf, mrkdwn } from './mrkdwn.ts';
import type { Message } from './wire.ts';

export interface MessageParts extends Omit<Drawing, 'press'> {
  readonly isBot: (user: string) => boolean;
  readonly press: (message: Message, actionId: string, given: Parameters<Drawing['press']>[1]) => void;
  readonly shortcuts: (message: Message) => readonly Entry[];
  /** Opens its thread; undefined within one. */
  readonly openThread: ((message: Message) => void) | undefined;
  readonly replies: number;
}

export function drawMessage(message: Message, parts: MessageParts): HTMLElement {
  const { nameOf, choices, isBot } = parts;
  const author = nameOf(message.user);
  const bot = isBot(message.user);
  const time = timeOf(message.ts);
  const drawing: Drawing = { nameOf, choices, press: (actionId, given) => parts.press(message, actionId, given) };
  const content =
    message.blocks.length > 0 && (message.files.length === 0 || bot)
      ? drawBlocks(message.blocks, drawing)
      : message.text === ''
        ? []
        : [el('div', { class: 'text' }, mrkdwn(message.text, nameOf))];
  const private_ = message.onlyFor === undefined ? undefined : el('p', { class: 'private' }, 'Only visible to you');
  const menu: HTMLButtonElement = button(
    '⋯',
    {
      class: 'small more',
      'aria-label': `Actions for the message of ${author}`,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    () => openMenu(menu, parts.shortcuts(message)),
  );
  return el(
    'li',
    {
      class: `message${message.onlyFor === undefined ? '' : ' only'}`,
      'data-id': message.id,
      tabindex: -1,
      'aria-label': `${author}, ${time}${message.onlyFor === undefined ? '' : ', only visible to you'}`,
    },
    avatar(author, bot),
    el(
      'div',
      { class: 'body' },
      private_,
      el(
        'p',
        { class: 'who' },
        el('strong', {}, author),
        bot ? el('span', { class: 'app' }, 'App') : undefined,
        el('time', { datetime: new Date(Number(message.ts) * 1000).toISOString() }, time),
        message.isEdited === true ? el('span', { class: 'edited' }, '(edited)') : undefined,
      ),
      ...content,
      ...message.files.map((file) =>
        file.mimetype === 'image/png'
          ? el('img', { src: `/files/${file.id}/picture`, alt: file.name, class: 'picture' })
          : el(
              'a',
              { class: 'file', href: `/files/${file.id}/${encodeURIComponent(file.name)}`, download: file.name },
              el('strong', {}, file.name),
              el('span', {}, sizeOf(file.size)),
            ),
      ),
      reactions(message),
      threadLink(message, parts),
    ),
    menu,
  );
}

function avatar(name: string, isBot: boolean): HTMLElement {
  if (isBot) return el('img', { src: '/page/icon.svg', alt: '', class: 'avatar', width: 36, height: 36 });
  return el(
    'span',
    { class: `avatar ${name.startsWith('B') ? 'second' : 'first'}`, 'aria-hidden': 'true' },
    name.slice(0, 1),
  );
}

function reactions({ reactions: marks }: Message): HTMLElement | undefined {
  const all = Object.entries(marks);
  if (all.length === 0) return undefined;
  return el(
    'ul',
    { class: 'reactions', 'aria-label': 'Reactions' },
    ...all.map(([name, users]) =>
      el('li', { 'aria-label': `${name.replaceAll('_', ' ')}, ${users.length}` }, `${emojiOf(name)} ${users.length}`),
    ),
  );
}

function threadLink(message: Message, { openThread, replies }: MessageParts): HTMLElement | undefined {
  if (openThread === undefined || message.onlyFor !== undefined) return undefined;
  const label = replies === 0 ? 'Reply in thread' : replies === 1 ? '1 reply' : `${replies} replies`;
  return button(label, { class: replies === 0 ? 'link faint' : 'link' }, () => openThread(message));
}

function timeOf(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
