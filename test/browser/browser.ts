// Chromium of this machine, and the local workspace in it; without a Chromium the tests of the page are skipped.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type LocalProcess, startLocal } from '../support/local-process.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where Chromium is: CHROMIUM_PATH, or the first one in PATH. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  if (given !== undefined && given !== '') return given;
  const all = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return all.find((path) => existsSync(path));
}

/** Why there is nothing to test with, or false. */
export const noChromium: string | false =
  chromiumPath() === undefined
    ? 'no Chromium on this machine: `apt-get install chromium`, or name one in CHROMIUM_PATH'
    : false;

export function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  assert.ok(executablePath !== undefined);
  // Containers give root no user namespace for the sandbox, and little shared memory.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** One browser and one workspace for the tests of a file, each with a page of its own; they end with the file. */
export interface Rooms {
  /**
   * Opens the page. At the end of the test its console must have been silent, and nothing may have been asked of
   * another host.
   */
  open(context: TestContext, options?: BrowserContextOptions): Promise<Page>;
  local(): Promise<LocalProcess>;
}

/** @param atEnd registers what is done after the file's last test */
export function createRooms(atEnd: (done: () => Promise<void>) => void): Rooms {
  let opened: Promise<readonly [Browser, LocalProcess]> | undefined;
  const both = (): Promise<readonly [Browser, LocalProcess]> => {
    opened ??= Promise.all([launch(), startLocal()]);
    return opened;
  };
  atEnd(async () => {
    if (opened === undefined) return;
    const [browser, local] = await opened;
    await browser.close();
    await local.stop();
  });
  return {
    local: async () => (await both())[1],
    async open(context, options = {}) {
      const [browser, { url }] = await both();
      const complaints: string[] = [];
      const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, ...options });
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== url) complaints.push(`asked ${request.url()}`);
      });
      context.after(async () => {
        await page.close();
        assert.deepEqual(complaints, []);
      });
      await page.goto(url);
      await page.getByRole('complementary', { name: 'Thread' }).locator('.message').nth(1).waitFor();
      return page;
    },
  };
}
