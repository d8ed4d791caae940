// `npm run bench`: the real command on large logs beside other tools, and the time of a paste. Prints figures, judges nothing.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose } from '../../src/library.ts';
import { measureBotStart } from './bot-start.ts';
import { measureGatewayRead } from './gateway-read.ts';
import { SAMPLE_LOGS, type SampleLog, writeSampleLog } from './sample-logs.ts';
import { measureSlackLoad } from './slack-load.ts';

const HELP = `npm run bench [-- OPTIONS]
  --megabytes N   size of each log (300)
  --runs N        runs of each command, of which the fastest counts (3)
  --log KIND      access, error or json alone, without the times of start and paste; slack: the bot under load
  --gateway       the doctor on a gateway of 20,000 services, routes and plugins beside curl, and nothing else
  --start         the bot from its command to ready, with the embedded database, and nothing else
  --folder DIR    write the logs there, leave them there, and use what lies there
`;
const root = join(import.meta.dirname, '../..');
const SAMPLE = join(root, 'test/samples/intermittent-401.log');
const PASTE_CHARACTERS = 40_000;
const PASTES = 60;
const GATEWAY_ENTITIES = 20_000;
const SLACK_LOG_MEGABYTES = 50;

/** What other tools are asked on the same log: less than a diagnosis, but the question a person would ask first. */
const OTHERS: Readonly<Record<SampleLog, readonly (readonly [string, ...string[]])[]>> = {
  access: [
    ['lnav', '-n', '-c', ';select sc_status,count(*) from access_log group by sc_status'],
    ['goaccess', '--log-format=COMBINED', '--no-progress', '-o', '/dev/null', '--output=json'],
    ['rg', '-c', '" 401 '],
  ],
  error: [['rg', '-c', '\\[openid-connect\\]']],
  json: [
    ['jq', '-c', 'select(.response.status==401)|.consumer.username'],
    ['rg', '-c', '"status":401'],
  ],
};

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '300' },
    runs: { type: 'string', default: '3' },
    folder: { type: 'string' },
    log: { type: 'string' },
    gateway: { type: 'boolean', default: false },
    start: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else if (values.gateway) {
  await measureGateway(Number(values.runs));
} else if (values.start) {
  const { first, later, megabytes } = await measureBotStart(Number(values.runs));
  const each = later.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ');
  print('bot', `ready after ${(first / 1000).toFixed(1)} s the first time, then ${each}; ${megabytes.toFixed(0)} MB`);
} else {
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'kongauth-bench-'));
  mkdirSync(folder, { recursive: true });
  try {
    await measure(folder, Number(values.megabytes), Number(values.runs));
  } finally {
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, megabytes: number, runs: number): Promise<void> {
  if (values.log === 'slack') {
    await measureSlack(folder);
    return;
  }
  const wanted = SAMPLE_LOGS.filter((log) => values.log === undefined || log === values.log);
  for (const log of wanted) measureLog(log, folder, megabytes, runs);
  if (values.log !== undefined) return;
  const start = fastest(runs + 2, () => timed(process.execPath, ['src/kongauth.js', 'diagnose', SAMPLE]));
  print('\nstart', `${(start * 1000).toFixed(0)} ms for a diagnosis of 60 lines`);
  for (const log of SAMPLE_LOGS) await measurePaste(log, folder, megabytes);
  await measureSlack(folder);
}

async function measureGateway(runs: number): Promise<void> {
  const read = await measureGatewayRead(GATEWAY_ENTITIES, runs);
  const { curlSeconds, doctorSeconds, peak, megabytes } = read;
  print('\ngateway', `${GATEWAY_ENTITIES} services, routes and plugins each, ${megabytes.toFixed(0)} MB`);
  print('  curl', `${curlSeconds.toFixed(2)} s for the same pages`);
  const ratio = (doctorSeconds / curlSeconds).toFixed(2);
  print('  doctor', `${doctorSeconds.toFixed(2)} s, ${ratio} of its time`, `peak ${peak.toFixed(0)} MB`);
}

/** The bot under load, by both of Slack's ways. */
async function measureSlack(folder: string): Promise<void> {
  for (const mode of ['http', 'socket'] as const) {
    const load = await measureSlackLoad(mode, fileOf('access', folder, SLACK_LOG_MEGABYTES));
    print(`\nslack, ${mode}`, `200 commands at once during a log of ${load.megabytes.toFixed(0)} MB`);
    print(
      '  acknowledged',
      `median ${load.median.toFixed(0)} ms`,
      `at most ${load.max.toFixed(0)} ms`,
      `in the bot ${load.soonInBot} of 200 within 100 ms; the first burst after the start: median ${load.firstMedian.toFixed(0)} ms`,
    );
    print(
      '  answered',
      `${load.answered} of 200`,
      `${load.doubled} doubled`,
      `the last after ${load.lastAnswer.toFixed(1)} s`,
    );
    print('  the log', `answered after ${load.logAnswer.toFixed(1)} s`);
  }
}

function measureLog(log: SampleLog, folder: string, megabytes: number, runs: number): void {
  const file = fileOf(log, folder, megabytes);
  const size = statSync(file).size / 1e6;
  let peak = 0;
  const seconds = fastest(runs, () => {
    const run = diagnosed(file);
    peak = Math.max(peak, run.peak);
    return run.seconds;
  });
  print(`\n${log} log`, `${size.toFixed(0)} MB`);
  print('  kongauth', figures(seconds, size), `peak ${peak.toFixed(0)} MB`);
  for (const [name, ...args] of OTHERS[log]) {
    if (spawnSync(name, ['--version'], { stdio: 'ignore' }).error !== undefined) {
      print(`  ${name}`, 'not installed');
      continue;
    }
    const other = fastest(runs, () => timed(name, name === 'goaccess' ? [file, ...args] : [...args, file]));
    print(`  ${name}`, figures(other, size), `kongauth takes ${(seconds / other).toFixed(2)} of its time`);
  }
}

/** The log of a size; written when it is not there. */
function fileOf(log: SampleLog, folder: string, megabytes: number): string {
  const file = join(folder, `${log}-${megabytes}.log`);
  if (!existsSync(file)) writeSampleLog(log, file, megabytes * 1e6);
  return file;
}

function diagnosed(file: string): { seconds: number; peak: number } {
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    ['--import', join(import.meta.dirname, 'report-peak.js'), 'src/kongauth.js', 'diagnose', file],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (run.status !== 0) throw new Error(`kongauth diagnose ${file} ended with ${run.status}`);
  return { seconds, peak: (Number(run.output[3]) * 1024) / 1e6 };
}

/** Seconds of one run; its output goes nowhere. */
function timed(command: string, args: readonly string[]): number {
  const started = performance.now();
  const run = spawnSync(command, args, { cwd: root, stdio: 'ignore' });
  if (run.error !== undefined || (run.status ?? 1) !== 0)
    throw new Error(`${command} ended with ${run.status ?? run.error?.message}`);
  return (performance.now() - started) / 1000;
}

function fastest(runs: number, run: () => number): number {
  return Math.min(...Array.from({ length: runs }, run));
}

/** The median of many diagnoses of one paste in this process, the first ones left out. */
async function measurePaste(log: SampleLog, folder: string, megabytes: number): Promise<void> {
  const bytes = Buffer.alloc(PASTE_CHARACTERS);
  const file = openSync(fileOf(log, folder, megabytes), 'r');
  readSync(file, bytes);
  closeSync(file);
  const paste = `why do we get 401s since this morning?\n\n${bytes.toString('latin1')}`.slice(0, PASTE_CHARACTERS);
  const times: number[] = [];
  for (let i = 0; i < PASTES; i++) {
    const started = performance.now();
    await diagnose(paste);
    if (i >= PASTES / 3) times.push(performance.now() - started);
  }
  times.sort((one, other) => one - other);
  print(`paste, ${log}`, `${(times[times.length >> 1] ?? 0).toFixed(1)} ms for ${paste.length} characters, warm`);
}

function figures(seconds: number, size: number): string {
  return `${seconds.toFixed(2)} s  ${(size / seconds).toFixed(0)} MB/s`;
}

function print(name: string, ...cells: readonly string[]): void {
  console.log([name.padEnd(14), ...cells.map((cell) => cell.padEnd(20))].join('  ').trimEnd());
}
