// Every block and element is drawn by the page's own modules: its text is there, its controls have names and say what was done.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createRooms, noChromium } from './browser.ts';

const skip = noChromium;
const rooms = createRooms(after);

const text = (words: string) => ({ type: 'plain_text', text: words });
const options = [
  { text: text('One'), value: '1' },
  { text: text('Two'), value: '2' },
];
const BLOCKS = [
  { type: 'header', text: text('A header') },
  { type: 'divider' },
  {
    type: 'section',
    text: {
      type: 'mrkdwn',
      text: '*bold* _it_ ~no~ `code` &lt;b&gt; <https://example.com/a|a link> <javascript:x|bad>',
    },
  },
  {
    type: 'section',
    fields: [text('left'), text('right')],
    accessory: { type: 'button', action_id: 'b', text: text('Press') },
  },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'small <@UKONGAUTH> :eyes:' }] },
  { type: 'image', alt_text: 'a chart', image_url: 'https://example.com/chart.png' },
  {
    type: 'actions',
    elements: [
      { type: 'static_select', action_id: 's', placeholder: text('Choose one'), options },
      { type: 'multi_static_select', action_id: 'm', placeholder: text('Choose some'), options },
      { type: 'overflow', action_id: 'o', options },
      { type: 'datepicker', action_id: 'd', placeholder: text('A day') },
      { type: 'timepicker', action_id: 't', placeholder: text('A time') },
      { type: 'users_select', action_id: 'u', placeholder: text('A person') },
      { type: 'channels_select', action_id: 'c', placeholder: text('A channel') },
      { type: 'checkboxes', action_id: 'k', options },
      { type: 'radio_buttons', action_id: 'r', options },
    ],
  },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'f',
        positive_button: { text: text('Good'), value: 'good' },
        negative_button: { text: text('Bad'), value: 'bad' },
      },
      { type: 'icon_button', icon: 'trash', action_id: 'i', text: text('Delete') },
    ],
  },
  {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'rich', style: { bold: true, code: true } }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'as\n  it is' }] },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'quoted' }] },
      {
        type: 'rich_text_list',
        style: 'ordered',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'first' }] }],
      },
    ],
  },
  {
    type: 'table',
    rows: [[{ type: 'raw_text', text: 'Head' }], [{ type: 'raw_text', text: 'Cell' }]],
    column_settings: [{ align: 'right' }],
  },
  { type: 'alert', level: 'warning', text: text('Look out') },
  { type: 'markdown', text: 'in **markdown**' },
  {
    type: 'of-next-year',
    title: text('A new block'),
    elements: [{ type: 'button', action_id: 'n', text: text('New') }],
  },
];

test('all of Block Kit is drawn, and an unknown block by its texts', { skip }, async (context) => {
  const page = await rooms.open(context);
  // Text for a browser: here are no types of its document.
  await page.evaluate(`(async () => {
    const { drawBlocks } = await import('/page/blocks.ts');
    window.pressed = [];
    const place = document.createElement('div');
    place.id = 'gallery';
    const drawing = {
      nameOf: (id) => (id === 'UKONGAUTH' ? 'kongauth' : id),
      press: (actionId, given) => window.pressed.push([actionId, given ?? null]),
      choices: { people: [{ id: 'U1', label: 'Ann' }], channels: [{ id: 'C1', label: '#incidents' }] },
    };
    place.append(...drawBlocks(${JSON.stringify(BLOCKS)}, drawing));
    document.body.replaceChildren(place);
  })()`);
  const gallery = page.locator('#gallery');
  const tree = await gallery.ariaSnapshot();
  for (const part of [
    'heading "A header"',
    'strong',
    'emphasis',
    'link "a link"',
    'table',
    'columnheader "Head"',
    'cell "Cell"',
    'blockquote',
    'listitem',
  ])
    assert.ok(tree.includes(part), `${part} is not in\n${tree}`);
  const words = (await gallery.textContent()) ?? '';
  for (const part of [
    '<b>',
    'small @kongauth 👀',
    'a chart (a picture of another host is not loaded here)',
    'Look out',
    'in **markdown**',
    'A new block',
  ])
    assert.ok(words.includes(part), `${part} is not in ${words}`);
  assert.equal(await gallery.getByRole('link').count(), 1);
  assert.equal(await gallery.locator('pre').textContent(), 'as\n  it is');

  await gallery.getByRole('button', { name: 'Press' }).click();
  await gallery.getByRole('combobox', { name: 'Choose one' }).selectOption({ label: 'Two' });
  await gallery.getByRole('listbox', { name: 'Choose some' }).selectOption([{ label: 'One' }, { label: 'Two' }]);
  await gallery.getByRole('button', { name: 'More choices' }).click();
  await page.getByRole('menuitem', { name: 'One' }).click();
  await gallery.getByLabel('A day').fill('2026-11-25');
  await gallery.getByLabel('A time').fill('09:30');
  await gallery.getByRole('combobox', { name: 'A person' }).selectOption('U1');
  await gallery.getByRole('combobox', { name: 'A channel' }).selectOption('C1');
  await gallery.getByRole('checkbox', { name: 'Two' }).check();
  await gallery.getByRole('radio', { name: 'One' }).check();
  await gallery.getByRole('button', { name: 'Bad' }).click();
  await gallery.getByRole('button', { name: 'Delete' }).click();
  await gallery.getByRole('button', { name: 'New' }).click();
  assert.deepEqual(await page.evaluate('window.pressed'), [
    ['b', null],
    ['s', '2'],
    ['m', ['1', '2']],
    ['o', '1'],
    ['d', '2026-11-25'],
    ['t', '09:30'],
    ['u', 'U1'],
    ['c', 'C1'],
    ['k', ['2']],
    ['r', ['1']],
    ['f', 'negative'],
    ['i', null],
    ['n', null],
  ]);
});
