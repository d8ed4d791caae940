// Text as strokes, so that a picture reads alike on every machine: containers have no fonts, and none comes with a package.

/** Above the baseline 14 units for capitals and 9 for small letters, 4 below; drawn from the top (0) down. */
const EM = 20;
const BASELINE = 14;
const GAP = 2.9;
/** Stroke by size of the letters. */
const REGULAR = 0.09;
const BOLD = 0.125;

const BOWL = 'M3.7 5A3.7 4.5 0 1 0 3.7 14A3.7 4.5 0 1 0 3.7 5Z';

/** Width and strokes. */
type Glyph = readonly [number, string];

const GLYPHS: Readonly<Record<string, Glyph>> = {
  ' ': [3.4, ''],
  A: [10, 'M0 14L5 0L10 14M1.8 9H8.2'],
  B: [8.6, 'M0 14V0H5A3.4 3.4 0 0 1 5 6.8H0M5 6.8A3.6 3.6 0 0 1 5 14H0'],
  C: [9.6, 'M9.6 3A5.6 7 0 1 0 9.6 11'],
  D: [9.5, 'M0 0V14H3.5A6 7 0 0 0 3.5 0Z'],
  E: [7.6, 'M7.6 0H0V14H7.6M0 6.8H6.6'],
  F: [7.4, 'M7.4 0H0V14M0 6.8H6.4'],
  G: [10.2, 'M9.6 2.8A5.6 7 0 1 0 10.2 11V7.6H6.2'],
  H: [9.5, 'M0 0V14M9.5 0V14M0 6.8H9.5'],
  I: [0, 'M0 0V14'],
  J: [5.6, 'M5.6 0V10.4A2.8 3.6 0 0 1 0 10.6'],
  K: [9, 'M0 0V14M8.6 0L0 8.6M3.4 5.4L9 14'],
  L: [7.2, 'M0 0V14H7.2'],
  M: [11, 'M0 14V0L5.5 9L11 0V14'],
  N: [9.5, 'M0 14V0L9.5 14V0'],
  O: [11, 'M5.5 0A5.5 7 0 1 0 5.5 14A5.5 7 0 1 0 5.5 0Z'],
  P: [8.6, 'M0 14V0H4.8A3.8 3.8 0 0 1 4.8 7.6H0'],
  Q: [11, 'M5.5 0A5.5 7 0 1 0 5.5 14A5.5 7 0 1 0 5.5 0ZM6.6 10.4L10.8 15'],
  R: [9, 'M0 14V0H4.8A3.8 3.8 0 0 1 4.8 7.6H0M4.8 7.6L9 14'],
  S: [
    8.5,
    'M8 2.4C7 .8 5.6 0 4.2 0C2 0 .4 1.4 .4 3.4C.4 7.6 8.5 5.8 8.5 10.4C8.5 12.6 6.6 14 4.3 14C2.4 14 .9 13 0 11.4',
  ],
  T: [9, 'M0 0H9M4.5 0V14'],
  U: [9.2, 'M0 0V9.2A4.6 4.8 0 0 0 9.2 9.2V0'],
  V: [9.6, 'M0 0L4.8 14L9.6 0'],
  W: [14, 'M0 0L3.5 14L7 2L10.5 14L14 0'],
  X: [9, 'M0 0L9 14M9 0L0 14'],
  Y: [9, 'M0 0L4.5 7.2L9 0M4.5 7.2V14'],
  Z: [8.5, 'M0 0H8.5L0 14H8.5'],
  a: [7.4, `${BOWL}M7.4 5V14`],
  b: [7.4, `${BOWL}M0 0V14`],
  c: [6.8, 'M6.8 6.8A3.8 4.5 0 1 0 6.8 12.2'],
  d: [7.4, `${BOWL}M7.4 0V14`],
  e: [7.4, 'M.1 9.3H7.4A3.7 4.4 0 1 0 6.6 12.4'],
  f: [4.6, 'M4.8 .2C2.8 -.3 1.6 .6 1.6 2.6V14M0 5H4.4'],
  g: [7.4, `${BOWL}M7.4 5V14.5A3.5 3.4 0 0 1 .8 16.2`],
  h: [6.8, 'M0 0V14M0 9A3.4 4 0 0 1 6.8 9V14'],
  i: [0, 'M0 5V14M0 1.2V1.5'],
  j: [2, 'M2 5V15.5C2 17.6 1 18 -.4 17.7M2 1.2V1.5'],
  k: [6.6, 'M0 0V14M6.2 5L0 10.4M2.4 8.4L6.6 14'],
  l: [1.8, 'M0 0V12A1.8 2 0 0 0 1.8 14'],
  m: [11.2, 'M0 5V14M0 8.4A2.8 3.5 0 0 1 5.6 8.4V14M5.6 8.4A2.8 3.5 0 0 1 11.2 8.4V14'],
  n: [6.8, 'M0 5V14M0 9A3.4 4 0 0 1 6.8 9V14'],
  o: [7.4, BOWL],
  p: [7.4, `${BOWL}M0 5V18`],
  q: [7.4, `${BOWL}M7.4 5V18`],
  r: [4.2, 'M0 5V14M0 9.2C.2 6.4 2 4.8 4.2 5.2'],
  s: [
    6.4,
    'M6 6.7C5.2 5.5 4.2 5 3.2 5C1.6 5 .4 5.9 .4 7.3C.4 10.2 6.4 8.6 6.4 11.6C6.4 13.1 5 14 3.2 14C1.8 14 .7 13.4 0 12.2',
  ],
  t: [4.4, 'M1.6 1.5V11.6C1.6 13.6 2.6 14.3 4.4 13.9M0 5H4.2'],
  u: [6.8, 'M0 5V10A3.4 4 0 0 0 6.8 10M6.8 5V14'],
  v: [7, 'M0 5L3.5 14L7 5'],
  w: [10.4, 'M0 5L2.6 14L5.2 6.2L7.8 14L10.4 5'],
  x: [6.6, 'M0 5L6.6 14M6.6 5L0 14'],
  y: [7, 'M0 5L3.6 13.8M7 5L3.4 14.6C2.6 16.8 1.8 18 0 17.8'],
  z: [6.4, 'M0 5H6.4L0 14H6.4'],
  0: [8, 'M4 0A4 7 0 1 0 4 14A4 7 0 1 0 4 0Z'],
  1: [8, 'M1.6 2.8L5 0V14'],
  2: [8, 'M.4 3.6A3.7 3.6 0 1 1 7 6.2L.2 14H8'],
  3: [8, 'M.6 2A3.6 3.4 0 1 1 4 6.6A3.8 3.7 0 1 1 .2 11.6'],
  4: [8, 'M6 14V0L0 9.6H8'],
  5: [8, 'M7.4 0H1.4L.8 6.4A4 4.1 0 1 1 .2 11.8'],
  6: [8, 'M6.8 .8C2.8 -.4 .2 4 .2 9.8M4 5.6A3.8 4.2 0 1 0 4 14A3.8 4.2 0 1 0 4 5.6Z'],
  7: [8, 'M0 0H8L2.8 14'],
  8: [8, 'M4 0A3.4 3.3 0 1 0 4 6.6A3.4 3.3 0 1 0 4 0ZM4 6.6A3.9 3.7 0 1 0 4 14A3.9 3.7 0 1 0 4 6.6Z'],
  9: [8, 'M1.2 13.2C5.2 14.4 7.8 10 7.8 4.2M4 0A3.8 4.2 0 1 0 4 8.4A3.8 4.2 0 1 0 4 0Z'],
  '.': [0.8, 'M.4 13.6V14'],
  ',': [0.6, 'M.6 13.4L0 16.4'],
  ':': [1.6, 'M.8 6.4V6.8M.8 13.2V13.6'],
  ';': [0.6, 'M.6 6.4V6.8M.6 13L0 16'],
  '-': [4.6, 'M0 9H4.6'],
  '–': [7, 'M0 9H7'],
  _: [7.6, 'M0 16.5H7.6'],
  '/': [5.6, 'M0 16L5.6 -1'],
  '\\': [5.6, 'M0 -1L5.6 16'],
  '(': [2.8, 'M2.8 -1.4C-.9 4 -.9 11 2.8 16.6'],
  ')': [2.8, 'M0 -1.4C3.7 4 3.7 11 0 16.6'],
  '[': [2.6, 'M2.6 -1.4H0V16.6H2.6'],
  ']': [2.6, 'M0 -1.4H2.6V16.6H0'],
  '{': [3.4, 'M3.4 -1.4C.6 -1.4 2.8 7 0 7.6C2.8 8.2 .6 16.6 3.4 16.6'],
  '}': [3.4, 'M0 -1.4C2.8 -1.4 .6 7 3.4 7.6C.6 8.2 2.8 16.6 0 16.6'],
  '|': [0, 'M0 -1.4V16.6'],
  '%': [
    13,
    'M2.8 .4A2.8 3.2 0 1 0 2.8 6.8A2.8 3.2 0 1 0 2.8 .4ZM10.2 7.4A2.8 3.2 0 1 0 10.2 13.8A2.8 3.2 0 1 0 10.2 7.4ZM10.6 0L2.4 14',
  ],
  '+': [7, 'M0 8.6H7M3.5 5.1V12.1'],
  '=': [7, 'M0 6.8H7M0 10.6H7'],
  '<': [6, 'M6 4.6L0 8.6L6 12.6'],
  '>': [6, 'M0 4.6L6 8.6L0 12.6'],
  "'": [0, 'M0 0V3.6'],
  '"': [3, 'M0 0V3.6M3 0V3.6'],
  '!': [0, 'M0 0V9.4M0 13.6V14'],
  '?': [6.8, 'M.2 3.2A3.3 3.2 0 1 1 5 6.2C3.8 7 3.4 7.8 3.4 9.6M3.4 13.6V14'],
  '*': [5.4, 'M2.7 0V6M0 1.5L5.4 4.5M5.4 1.5L0 4.5'],
  '#': [8.4, 'M2.6 1L1.4 13M7 1L5.8 13M.4 4.8H8.4M0 9.2H8'],
  '&': [9.6, 'M9.4 14L2.4 4.6C.8 2.2 2 0 4 0C7.6 0 7.4 4.2 3.6 5.8C-1.6 8.2 -.6 14 4 14C7 14 8.8 11.4 9 7.8'],
  '@': [12, 'M8.4 5.4V8.6A1.8 2.2 0 0 0 12 8.4A6 7 0 1 0 9 13.6M5.9 4.8A2.6 3 0 1 0 5.9 10.8A2.6 3 0 1 0 5.9 4.8Z'],
  $: [
    7.8,
    'M7.4 3.4C6.4 1.9 5.2 1.4 3.9 1.4C1.9 1.4 .5 2.6 .5 4.2C.5 7.8 7.8 6.4 7.8 10C7.8 11.6 6 12.8 3.9 12.8C2.2 12.8 .8 12 0 10.6M3.9 -.6V14.8',
  ],
  '~': [7.4, 'M0 9.6C1.4 6.8 2.8 7.6 3.7 8.4C4.6 9.2 6 10 7.4 7.2'],
  '^': [6, 'M0 4L3 0L6 4'],
  '×': [5.4, 'M0 6L5.4 11.4M5.4 6L0 11.4'],
  '·': [0, 'M0 8.4V8.8'],
  '…': [7, 'M0 13.6V14M3.5 13.6V14M7 13.6V14'],
};
/** What no letter is drawn for; the message has the name in full. */
const UNKNOWN: Glyph = [7.6, 'M0 1H7.6V14H0Z'];

/** Its letters: marks above and below are left out, so that é is e. */
function glyphsOf(text: string): readonly Glyph[] {
  return [...text.normalize('NFD').replace(/\p{M}/gu, '')].map((letter) => GLYPHS[letter] ?? UNKNOWN);
}

/** Width of a text of this size. */
export function lettersWidth(text: string, size: number): number {
  const glyphs = glyphsOf(text);
  const units = glyphs.reduce((sum, [width]) => sum + width + GAP, 0) - (glyphs.length === 0 ? 0 : GAP);
  return (Math.max(0, units) * size) / EM;
}

/** SVG of a text whose baseline begins at 0, 0. */
function letters(text: string, size: number, colour: string, isBold: boolean): string {
  let at = 0;
  const paths = glyphsOf(text).map(([width, strokes]) => {
    const path = strokes === '' ? '' : `<path transform="translate(${at.toFixed(2)} ${-BASELINE})" d="${strokes}"/>`;
    at += width + GAP;
    return path;
  });
  const stroke = (isBold ? BOLD : REGULAR) * EM;
  return `<g transform="scale(${size / EM})" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};

/** The picture with every `<text>` of ECharts drawn as strokes. */
export function withLetters(svg: string): string {
  return svg.replace(/<text ([^>]*)>([^<]*)<\/text>/g, (_, attributes: string, written: string) => {
    const text = written.replace(/&(?:lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
    const of = (name: string): string | undefined => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
    const style = of('style') ?? '';
    const size = Number(/(?<![\d.])([\d.]{1,6})px/.exec(style)?.[1] ?? 12);
    const isBold = /\bbold\b/.test(style);
    const anchor = of('text-anchor') ?? 'start';
    const width = lettersWidth(text, size);
    const x = Number(of('x') ?? 0) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    const y = Number(of('y') ?? 0) + (of('dominant-baseline') === 'central' ? size * 0.35 : 0);
    const drawn = letters(text, size, of('fill') ?? '#000', isBold);
    return `<g transform="${of('transform') ?? 'translate(0 0)'}"><g transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">${drawn}</g></g>`;
  });
}
