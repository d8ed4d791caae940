// Without a Slack the same bot has one on this machine: workspace, sample gateway and page, wired to each other.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KongauthError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { RunningApp } from '../slack/app.ts';
import { Acts } from './acts.ts';
import type { Fields } from './fields.ts';
import { type SampleGateway, startSampleGateway } from './gateway.ts';
import { INCIDENTS } from './incidents/all.ts';
import type { Incident } from './incidents/incident.ts';
import { readOffered } from './manifest.ts';
import { openPage, type PageServer } from './page-server.ts';
import { Room } from './room.ts';
import { startWebApi } from './web-api.ts';

/** The local workspace, open before the bot starts. */
export interface LocalWorkspace {
  /** The settings with this Slack and the sample gateway in them, for the loopback address alone. */
  readonly settings: Settings;
  /** `http://localhost:PORT`. */
  readonly url: string;
  /** Lets people's acts reach the bot, and plays the first incident once it is ready. */
  connect(app: RunningApp): Promise<void>;
  close(): Promise<void>;
}

/** Known to this process alone: other programs of the machine can reach its ports. */
const SIGNING_SECRET = randomBytes(16).toString('hex');
const BOT = {
  token: `xoxb-local-${randomBytes(16).toString('hex')}`,
  user: 'UKONGAUTH',
  bot: 'BKONGAUTH',
  app: 'AKONGAUTH',
};
const TEAM = { name: 'Acme API', domain: 'acme-api' };
const PEOPLE = { ann: 'Ann Lee', bob: 'Bob Ortiz' } as const;
/** Whoever is on call, and who approves what the other proposes. */
const ON_CALL = 'ann';
const CHANNELS = { incidents: true, gateway: true, random: false } as const;
const READY_MS = 30_000;

/**
 * Opens it: the page is up when this resolves.
 * @param settings those without Slack
 * @param env asked for LOG_LEVEL and KONGAUTH_KEEP
 * @throws KongauthError `settings-invalid` when PORT cannot be had
 */
export async function openLocalWorkspace(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LocalWorkspace> {
  const room = new Room();
  const api = await startWebApi(
    { team: TEAM, bot: BOT, signingSecret: SIGNING_SECRET, people: PEOPLE, channels: CHANNELS },
    room,
  );
  const { workspace } = api;
  const gateway = await startSampleGateway([...workspace.userIds.values()]);
  const isKept = /^(?:true|yes|1)$/i.test((env.KONGAUTH_KEEP ?? '').trim());
  const dataFolder = isKept ? settings.dataFolder : await mkdtemp(join(tmpdir(), 'kongauth-local-'));
  let botUrl: string | undefined;
  const offered = readOffered();
  const acts = new Acts({
    api,
    room,
    bot: BOT,
    domain: TEAM.domain,
    signingSecret: SIGNING_SECRET,
    offered,
    botUrl: () => botUrl,
  });
  const play = (person: string, incident: Incident): Promise<void> =>
    playIncident(person, incident, { acts, gateway, channel: workspace.channelId('incidents') });

  async function hello(person: string): Promise<Fields> {
    return {
      team: TEAM.name,
      me: workspace.userId(person),
      person,
      people: Object.entries(PEOPLE).map(([name, realName]) => ({ id: workspace.userId(name), name, realName })),
      bot: { id: BOT.user, name: 'kongauth' },
      channels: Object.entries(CHANNELS).map(([name, isMember]) => ({ id: workspace.channelId(name), name, isMember })),
      direct: await workspace.directMessagesOf(person),
      ...offered,
      incidents: INCIDENTS.map(({ name, title }) => ({ name, title })),
      otherGateways: settings.gateways.map(({ name }) => name),
      isKept,
    };
  }

  let page: PageServer;
  try {
    page = await openPage(settings.port, {
      room,
      people: workspace.userIds,
      hello,
      act: (person, act) => acts.act(person, act),
      attach: (file) => acts.attach(file),
      async play(person, name) {
        const incident = INCIDENTS.find((one) => one.name === name);
        if (incident !== undefined) await play(person, incident);
      },
      async file(id) {
        const file = await workspace.fileOf(id);
        return { file, content: await workspace.download(file) };
      },
    });
  } catch (error) {
    await Promise.all([api.close(), gateway.close()]);
    throw error;
  }

  return {
    settings: {
      ...settings,
      slack: { botToken: BOT.token, signingSecret: SIGNING_SECRET, apiUrl: api.apiUrl },
      port: 0,
      host: '127.0.0.1',
      // Who runs it reads the page and not the log.
      logLevel: (env.LOG_LEVEL ?? '').trim() === '' ? 'warn' : settings.logLevel,
      allowWrite: true,
      gateways: [gateway.settings, ...settings.gateways],
      dataFolder,
    },
    url: page.url,
    async connect(app) {
      botUrl = `http://127.0.0.1:${app.port()}`;
      const end = performance.now() + READY_MS;
      while (!app.ready()) {
        if (performance.now() > end)
          throw new KongauthError('internal', 'The bot did not reach the local workspace; please report this.');
        await sleep(20);
      }
      const [first] = INCIDENTS;
      if (first !== undefined) await play(ON_CALL, first);
    },
    async close() {
      await Promise.all([page.close(), api.close(), gateway.close()]);
      if (!isKept) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** The gateway breaks, and somebody pastes what they see and asks the bot. */
async function playIncident(
  person: string,
  incident: Incident,
  { acts, gateway, channel }: { readonly acts: Acts; readonly gateway: SampleGateway; readonly channel: string },
): Promise<void> {
  incident.happen(gateway);
  const { prose, code, file } = incident.paste(Date.now(), gateway);
  const files =
    file === undefined ? [] : [acts.attach({ name: file.name, content: new TextEncoder().encode(file.content) })];
  const text = `@kongauth ${prose}${code === undefined ? '' : `\n\`\`\`\n${code}\n\`\`\``}`;
  await acts.say(person, { kind: 'say', channel, text, files });
}
