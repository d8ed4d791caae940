// The picture of README: the local workspace with its first incident answered. `npm run screenshot`, or with the name of another file.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startLocal } from '../support/local-process.ts';
import { launch, noChromium } from './browser.ts';

const [given, colorScheme = 'light'] = process.argv.slice(2);
const target = given === undefined ? join(import.meta.dirname, '../../.github/workspace.png') : resolve(given);
/** README is read on telephones too. */
const MOST_BYTES = 200_000;

if (noChromium !== false) {
  process.stderr.write(`${noChromium}\n`);
  process.exit(2);
}
const local = await startLocal();
const browser = await launch();
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: colorScheme === 'dark' ? 'dark' : 'light',
  });
  await page.goto(local.url);
  await page.getByRole('complementary', { name: 'Thread' }).getByText('auth-header-not-forwarded').first().waitFor();
  await page.getByLabel('Reactions').first().getByText('✅').waitFor();
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  if (picture.length > MOST_BYTES) throw new Error(`${picture.length} bytes are too many for README`);
  writeFileSync(target, picture);
  process.stdout.write(`${target}: ${picture.length} bytes\n`);
} finally {
  await browser.close();
  await local.stop();
}
