// How long the bot takes from its command to ready, with the embedded database: the first time, and later ones.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../support/bot-process.ts';
import { startSlackWebApi } from '../support/slack-web-api.ts';

export interface BotStart {
  /** ms; the database is made meanwhile. */
  readonly first: number;
  /** ms, in the order of the starts. */
  readonly later: readonly number[];
  /** Megabytes of memory when it is ready. */
  readonly megabytes: number;
}

/** Starts the real bot against a Slack of the test's own, over and over on one data folder. */
export async function measureBotStart(runs: number): Promise<BotStart> {
  const slack = await startSlackWebApi();
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-start-'));
  let megabytes = 0;
  const once = async (): Promise<number> => {
    const began = performance.now();
    const bot = await startBot(slack, 'http', { KONGAUTH_DATA: folder });
    try {
      await bot.untilReady();
      const took = performance.now() - began;
      const metrics = await (await fetch(`${bot.url}/metrics`)).text();
      megabytes = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]) / 2 ** 20;
      return took;
    } finally {
      await bot.stop();
    }
  };
  try {
    const first = await once();
    const later: number[] = [];
    for (let run = 0; run < runs; run++) later.push(await once());
    return { first, later, megabytes };
  } finally {
    await slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
