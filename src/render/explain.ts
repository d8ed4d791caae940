// The page of one cause, with the phrases that point to it; and the list of all causes.
import type { Cause } from '../diagnosis/causes/cause.ts';
import { CAUSES } from '../diagnosis/causes/index.ts';
import { CAUSES_BY_HOP, HOPS, type Hop } from '../diagnosis/names.ts';
import { ALL_PHRASES } from '../diagnosis/phrasebook/index.ts';
import { wrap } from './wrap.ts';

const HOP_TITLES: Readonly<Record<Hop, string>> = {
  'client-kong': 'Client to Kong: Kong itself answers',
  'kong-idp': 'Kong to identity provider',
  'kong-upstream': 'Kong to upstream: the upstream answers',
  platform: 'Kong platform',
};

/** The list of causes by hop. */
export function renderCauseList(): string {
  const parts = HOPS.map((hop) => {
    const lines = CAUSES_BY_HOP[hop].map(
      (name) => `  ${name.padEnd(28)} ${CAUSES.find((cause) => cause.name === name)?.title ?? ''}`,
    );
    return [HOP_TITLES[hop], ...lines].join('\n');
  });
  return `${parts.join('\n\n')}\n\nkongauth explain CAUSE shows one of them.\n`;
}

/** The page of one cause. */
export function renderCausePage(cause: Cause, width: number): string {
  const phrases = ALL_PHRASES.filter((phrase) => phrase.points === cause.name && phrase.component !== 'person').slice(
    0,
    12,
  );
  const list = (items: readonly string[]): string => items.map((item) => wrap(item, width, '  - ', '    ')).join('\n');
  const parts = [
    `${cause.name}: ${cause.title}`,
    `What\n${wrap(cause.page.what, width, '  ')}`,
    `Why\n${wrap(cause.page.why, width, '  ')}`,
    `How to be sure\n${list(cause.page.confirm)}`,
    `What to do\n${list(cause.page.fix)}`,
    `What to paste\n${list(cause.checks)}`,
    ...(phrases.length === 0
      ? []
      : [
          `Words that point here\n${phrases.map((phrase) => wrap(`${phrase.component}: ${phrase.text}`, width, '  - ', '    ')).join('\n')}`,
        ]),
  ];
  return `${parts.join('\n\n')}\n`;
}
