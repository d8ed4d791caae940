// Who uses no mouse and who sees no screen: keys, focus, names of controls, and both sets of colours.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createRooms, noChromium } from './browser.ts';

const skip = noChromium;
const rooms = createRooms(after);

/** Name of the focused control, as assistive technology is told it. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(() => { const one = document.activeElement; return one.getAttribute('aria-label') ?? one.textContent.trim(); })()`,
  );
}

test('the keyboard alone is enough: commands, menus, forms, messages, threads', { skip }, async (context) => {
  const page = await rooms.open(context);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Skip to the message field');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Message #incidents');

  await page.keyboard.type('/kongauth he');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  assert.equal(await list.getByRole('option', { selected: true }).textContent(), '/kongauth help');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('main').getByText('Only visible to you').first().waitFor();

  await page.keyboard.type('@kon');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByRole('combobox', { name: 'Message #incidents' }).inputValue(), '@kongauth ');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Shortcuts' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'Diagnose Kong auth');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'Shortcuts');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: 'Diagnose Kong auth' });
  await form.waitFor();
  for (let step = 0; step < 12; step++) {
    const isOutside = await page.evaluate<boolean>(
      `document.activeElement !== document.body && document.activeElement.closest('dialog') === null`,
    );
    assert.equal(isOutside, false, await focused(page));
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'Shortcuts');

  const messages = page.getByRole('list', { name: 'Messages', exact: true }).locator('> li');
  await messages.last().focus();
  await page.keyboard.press('Home');
  assert.match(await focused(page), /^Ann Lee, /);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^kongauth, .*only visible to you$/);

  await page.getByRole('combobox', { name: 'Reply in the thread' }).focus();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Thread' }).waitFor({ state: 'hidden' });
  assert.equal(await focused(page), 'Message #incidents');
});

test('every control has a name, and there is one heading for the page', { skip }, async (context) => {
  const page = await rooms.open(context);
  const tree = await page.locator('body').ariaSnapshot();
  for (const line of tree.split('\n'))
    if (/- (?:button|combobox|textbox|link|tab|menuitem|option|img|checkbox|radio)\b/.test(line))
      assert.match(line, /- \w+ (?:"[^"]+"|\/.+\/)/, `no name: ${line}`);
  for (const name of ['Play an incident', 'Acting as', 'Use dark colours', 'Message #incidents', 'Reply in the thread'])
    assert.ok(tree.includes(`"${name}"`), `${name} is not in\n${tree}`);
  assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
  assert.equal(await page.getByRole('navigation', { name: 'Channels and apps' }).count(), 1);
});

test('a new answer is announced', { skip }, async (context) => {
  const page = await rooms.open(context);
  const field = page.getByRole('combobox', { name: 'Message #incidents' });
  await field.fill('/kongauth status');
  await field.press('Enter');
  await page
    .getByRole('status')
    .getByText(/^kongauth: /)
    .waitFor();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`${colorScheme} follows the system, has contrast, and can be changed`, { skip }, async (context) => {
    const page = await rooms.open(context, { colorScheme });
    const theme = (): Promise<string | null> => page.locator('html').getAttribute('data-theme');
    assert.equal(await theme(), colorScheme);
    assert.deepEqual(await faint(page), []);
    const other = colorScheme === 'light' ? 'dark' : 'light';
    await page.getByRole('button', { name: `Use ${other} colours` }).click();
    assert.equal(await theme(), other);
    await page.reload();
    assert.equal(await theme(), other);
  });

/** Texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3). */
function faint(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`(() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((one) => { const part = one / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
    const ground = (one) => { for (let at = one; at !== null; at = at.parentElement) { const colour = numbers(getComputedStyle(at).backgroundColor); if (colour.length === 3 || colour[3] === 1) return colour; } return [255, 255, 255]; };
    const found = [];
    for (const one of document.querySelectorAll('body *')) {
      const text = [...one.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim() !== '');
      if (text.length === 0 || one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) === false || one.closest('option, noscript') !== null) continue;
      const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) found.push(text[0].textContent.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
    }
    return found;
  })()`);
}
