// The page in a real browser: a paste is answered, buttons, selects and forms work, a fix is applied by two people.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createRooms, noChromium } from './browser.ts';

const skip = noChromium;
const rooms = createRooms(after);
const PASTE = [
  '@kongauth what is this?',
  '```',
  '< HTTP/1.1 401 Unauthorized',
  '< Server: kong/3.9.1',
  '< X-Kong-Response-Latency: 1',
  '<',
  '{"message":"Invalid signature"}',
  '```',
].join('\n');

test('a pasted log is answered in its thread, and the snippet changes its notation', { skip }, async (context) => {
  const page = await rooms.open(context);
  await page.getByRole('combobox', { name: 'Message #incidents' }).fill(PASTE);
  await page.getByRole('button', { name: 'Send' }).first().click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('token-signature-invalid').first().waitFor();
  assert.equal(await thread.getByText('401 Unauthorized').first().isVisible(), true);

  const flavour = thread.getByRole('combobox', { name: 'As' });
  const before = await thread.locator('pre').allInnerTexts();
  assert.equal(
    before.some((text) => text.includes('_format_version')),
    false,
  );
  await flavour.selectOption({ label: 'decK' });
  await thread.getByText('_format_version').first().waitFor();
});

test('the form says what is missing, takes a file, and its answer comes', { skip }, async (context) => {
  const page = await rooms.open(context);
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await page.getByRole('menuitem', { name: 'Diagnose Kong auth' }).click();
  const form = page.getByRole('dialog', { name: 'Diagnose Kong auth' });
  await form.waitFor();
  await form.getByRole('button', { name: 'Diagnose', exact: true }).click();
  const field = form.getByRole('textbox', { name: /Log lines/ });
  await form.getByText('Paste something here, or attach a file below.').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');

  const buffer = Buffer.from(
    'HTTP/1.1 401 Unauthorized\nServer: kong/3.9.1\n\n{"message":"No API key found in request"}\n',
  );
  await form
    .getByRole('button', { name: /^Files/ })
    .setInputFiles({ name: 'answer.txt', mimeType: 'text/plain', buffer });
  await form.getByText('answer.txt').waitFor();
  await form.getByRole('button', { name: 'Diagnose', exact: true }).click();
  await form.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^kongauth/ }).click();
  await page.getByRole('tab', { name: 'Messages' }).click();
  await page.getByRole('main').getByText('credential-missing').first().waitFor();
});

test('the gateway is checked, and a fix is applied when a second person approves it', { skip }, async (context) => {
  const page = await rooms.open(context);
  const local = await rooms.local();
  await page.getByRole('list', { name: 'Messages', exact: true }).getByRole('button', { name: /repl/ }).first().click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('auth-header-not-forwarded').first().waitFor();
  await thread.getByRole('button', { name: 'Check the gateway' }).click();
  await thread.getByText(/Looked at live in the gateway sample/).waitFor();
  const privately = thread.locator('.only').filter({ hasText: 'Looked at live' });
  assert.equal(await privately.getByText('Only visible to you').count(), 1);
  await privately.getByRole('button', { name: 'Apply fix' }).click();
  const ask = page.getByRole('button', { name: 'Ask for approval' });
  await ask.waitFor();
  await ask.click();
  const approve = page.getByRole('button', { name: 'Approve and apply' });
  await approve.waitFor();

  await page.getByRole('combobox', { name: 'Acting as' }).selectOption({ label: 'Bob Ortiz' });
  await ask.waitFor({ state: 'detached' });
  await approve.click();
  const sure = page.getByRole('dialog', { name: 'Change the gateway?' });
  await sure.getByRole('button', { name: 'Not now' }).click();
  await sure.waitFor({ state: 'detached' });
  await approve.click();
  await sure.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.getByText(/Applied by/).waitFor();

  const gateway = await local.until('bob', ({ channels }) => channels.find(({ name }) => name === 'gateway')?.id);
  await local.act('bob', { kind: 'say', channel: gateway, text: '/kongauth inspect service catalogue' });
  const seen = await local.until('bob', (_told, messages) =>
    messages.find(({ text }) => text.includes('service catalogue')),
  );
  assert.doesNotMatch(JSON.stringify(seen.blocks), /auth-header-not-forwarded/);
});

test('a played incident breaks the gateway, and a digest of it comes', { skip }, async (context) => {
  const page = await rooms.open(context);
  await page.getByRole('button', { name: 'Play an incident' }).click();
  await page.getByRole('menuitem', { name: 'A stale data plane' }).click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('node-out-of-sync').first().waitFor();
  await page.getByRole('button', { name: '# gateway' }).click();
  const composer = page.getByRole('combobox', { name: 'Message #gateway' });
  await composer.fill('/kongauth digest now');
  await composer.press('Enter');
  await page
    .getByRole('main')
    .getByText(/sample: first look/)
    .waitFor();
  await page
    .getByRole('main')
    .getByText(/2 of 3 data planes in sync/)
    .waitFor();
});

test('a digest is scheduled in the form, comes with its chart when it is due, and is stopped', {
  skip,
}, async (context) => {
  const page = await rooms.open(context);
  await page.getByRole('button', { name: '# gateway' }).click();
  const main = page.getByRole('main');
  const composer = page.getByRole('combobox', { name: 'Message #gateway' });
  await composer.fill('/kongauth digest schedule');
  await composer.press('Enter');
  const form = page.getByRole('dialog', { name: 'Schedule a digest' });
  await form.waitFor();
  await form.getByRole('combobox', { name: 'When' }).selectOption({ label: 'As the cron expression below says' });
  await form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await form.getByText(/Write a cron expression/).waitFor();
  await form.getByRole('textbox', { name: /Cron expression/ }).fill('* * * * *');
  await form.getByRole('button', { name: 'Schedule', exact: true }).click();
  await form.waitFor({ state: 'detached' });
  await main
    .getByText(/Stop it with|digest stop/)
    .first()
    .waitFor();
  // Due within a minute: the picture of the day before, with words for those who do not see it.
  const chart = main.getByRole('img', { name: /^Of the requests to sample, .* 400, 401 or 403/ });
  await chart.waitFor({ timeout: 90_000 });
  assert.ok(Number((await chart.boundingBox())?.width) > 300);
  await composer.fill('/kongauth digest list');
  await composer.press('Enter');
  await main
    .getByRole('button', { name: /^Stop the digest/ })
    .last()
    .click();
  await page.getByRole('dialog', { name: 'Stop this digest?' }).getByRole('button', { name: 'Stop it' }).click();
  await main.getByText(/Stopped: the digest of/).waitFor();
});

test('files are attached by drop and by a long paste', { skip }, async (context) => {
  const page = await rooms.open(context);
  const dropped = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File(['HTTP/1.1 401 Unauthorized\\nServer: kong/3.9.1\\n\\n{"message":"No API key found in request"}'], 'dropped.log')); return data; })()`,
  );
  await page.locator('#channel').dispatchEvent('drop', { dataTransfer: dropped });
  const composer = page.getByRole('form', { name: 'Message #incidents' });
  await composer.getByText('dropped.log').waitFor();
  const field = page.getByRole('combobox', { name: 'Message #incidents' });
  await field.focus();
  await page.evaluate(
    `(() => { const data = new DataTransfer(); data.setData('text/plain', 'a line of a log\\n'.repeat(400)); document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); })()`,
  );
  await composer.getByText('pasted.log').waitFor();
  await composer.getByRole('button', { name: 'Remove pasted.log' }).click();
  await field.fill('@kongauth see the file');
  await field.press('Enter');
  await page.getByRole('complementary', { name: 'Thread' }).getByText('credential-missing').first().waitFor();
  await page
    .getByRole('main')
    .getByRole('link', { name: /dropped\.log/ })
    .waitFor();
});

test('what people write is shown as text, whatever it looks like', { skip }, async (context) => {
  const page = await rooms.open(context);
  const field = page.getByRole('combobox', { name: 'Message #incidents' });
  const hostile = '<img src=x onerror=alert(1)> <script>alert(2)</script> javascript:alert(3) &amp; *bold*';
  await field.fill(hostile);
  await field.press('Enter');
  const shown = page.getByRole('main').getByText('<img src=x onerror=alert(1)>');
  await shown.waitFor();
  assert.equal((await shown.textContent())?.includes('&amp;'), true);
  assert.equal(await page.locator('main img[src=x]').count(), 0);
});

test('a message has its shortcuts, and the App Home tells what was diagnosed', { skip }, async (context) => {
  const page = await rooms.open(context);
  const first = page.getByRole('list', { name: 'Messages', exact: true }).locator('> li').first();
  await first.hover();
  await first.getByRole('button', { name: 'Actions for the message of Ann Lee' }).click();
  await page.getByRole('menuitem', { name: 'Diagnose with kongauth' }).click();
  const privately = page.getByRole('main').locator('.only').filter({ hasText: 'auth-header-not-forwarded' });
  await privately.getByRole('button', { name: 'Share in channel' }).waitFor();

  await page.getByRole('button', { name: /^kongauth/ }).click();
  const home = page.getByRole('tabpanel', { name: 'Home' });
  await home.getByText('Gateways: sample').waitFor();
  await home.getByRole('button', { name: 'Show' }).first().click();
  const shown = page.getByRole('dialog');
  await shown.getByText('auth-header-not-forwarded').first().waitFor();
  await page.keyboard.press('Escape');
  await shown.waitFor({ state: 'detached' });
});
