// Digests in Slack over both of its ways: now, on schedule, listed, stopped, and what a press on one of their items says.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Entity, type Fault, type Peer, recordedList, startAdminApi } from '../support/admin-api-peer.ts';
import { type Exporter, startExporter } from '../support/kong-traffic.ts';
import { click, command, directMessage, elementOf, mention, submission } from '../support/slack-payloads.ts';
import { type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';
import { type ChannelName, composed, type Person } from '../support/slack-workspace.ts';

/** What Kong counts: a busy route, and calls of it that it refuses. */
function metrics(good: number, refused: number): string {
  const line = (consumer: string, code: number, source: string, count: number): string =>
    `kong_http_requests_total{service="orders",route="key",code="${code}",source="${source}",workspace="default",consumer="${consumer}"} ${count}`;
  return `${[line('web', 200, 'service', good), line('mobile', 200, 'service', good), line('', 401, 'kong', refused)].join('\n')}
kong_node_info{node_id="7296abe6-7ef5-4c53-a39f-fb29c827be07",version="3.9.3"} 1
`;
}

for (const mode of ['http', 'socket'] as const satisfies readonly Mode[])
  describe(`digests over ${mode}`, () => {
    let scene: SlackScene;
    let peer: Peer;
    let exporter: Exporter;
    let digest: Delivery;
    let first: Delivery;
    const lists: Record<string, Entity[]> = {};
    const faults: Fault[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'kongauth-digests-'));
    before(async () => {
      peer = await startAdminApi({ lists, faults });
      exporter = await startExporter();
      const file = join(folder, 'gateways.yaml');
      scene = await SlackScene.open(mode, { KONGAUTH_CONFIG: file }, ({ workspace: { channels, people, rooms } }) => {
        rooms.set(channels.ops, { members: [people.bob] });
        writeFileSync(
          file,
          `gateways:
  - { name: edge, admin_url: '${peer.url}', status_url: '${exporter.url}', read: { channels: [${channels.incidents}] } }
  - { name: vault, admin_url: '${peer.url}', read: { channels: [${channels.ops}] } }
`,
        );
      });
      await scene.untilReady();
    });
    after(async () => {
      await scene?.close();
      await exporter?.close();
      await peer?.close();
      rmSync(folder, { recursive: true });
    });

    const check = (name: string, run: () => Promise<void>): void => {
      test(name, { timeout: 60_000 }, async () => {
        await run();
        assert.deepEqual(scene.api.objections.splice(0), [], 'what Slack has against our messages');
        const seen = scene.api.deliveries.map(readable).join('\n') + scene.bot.log();
        for (const secret of ['web-key-1', 'hmacsecret', 'prov123']) assert.ok(!seen.includes(secret), secret);
      });
    };
    const asks = async (
      text: string,
      channel: ChannelName = 'incidents',
      person: Person = 'ann',
    ): Promise<Delivery> => {
      const said = await command(scene.api, { person, channel: scene.api.workspace.channels[channel] }, text);
      const answer = await scene.deliverAndWait(
        said,
        `answer to ${text}`,
        (one) => one.responseUrl === said.responseUrl,
      );
      assert.notEqual(answer.args.response_type, 'in_channel');
      return answer;
    };
    const presses = async (on: Delivery, action: string, person: Person = 'ann'): Promise<Delivery> => {
      const pressed = await click(scene.api, person, on, action);
      return scene.deliverAndWait(pressed, `answer to ${action}`, (one) => one.responseUrl === pressed.responseUrl);
    };
    const idIn = (delivery: Delivery): string => String(elementOf(delivery, 'digest_stop').element.value);
    const stopAll = async (): Promise<void> => {
      for (const [channel, person] of [
        ['incidents', 'ann'],
        ['ops', 'bob'],
      ] as const)
        await asks('digest stop all', channel, person);
    };

    check('digest now: a first look, then what changed since', async () => {
      exporter.text = metrics(10_000, 40);
      first = await asks('digest now');
      assert.match(readable(first), /first look/);
      exporter.text = metrics(20_000, 80);
      assert.doesNotMatch(readable(await asks('digest now for edge')), /first look/);
      exporter.text = metrics(30_000, 8000);
      lists['/plugins'] = recordedList('plugins').map((plugin) =>
        plugin.name === 'ip-restriction' ? { ...plugin, config: { allow: ['10.0.0.0/8'], status: 403 } } : plugin,
      );
      lists['/upstreams/orders-up/health'] = recordedList('upstreams_orders-up_health').map((target) => ({
        ...target,
        health: 'UNHEALTHY',
      }));
      lists['/consumers'] = recordedList('consumers').filter(({ username }) => username !== 'mobile');
      digest = await asks('digest');
      assert.match(readable(digest), /Route `key` of `orders` answers 401 to/);
      assert.match(readable(await asks('digest tomorrow')), /Say `digest now`, `digest schedule/);
    });

    check('Diagnose this: the failures of a route with what the gateway has of it, shared in one press', async () => {
      const blocks = digest.blocks.filter((block) => JSON.stringify(block).includes('answers 401 to'));
      const answer = await presses({ ...digest, blocks: blocks.slice(-1) }, 'diagnose_item');
      const text = readable(answer);
      assert.match(text, /The digest, from .* UTC to .* UTC: Route `key` of `orders` answers 401 to/);
      assert.match(text, /`key-auth` runs there and answers 401 for `credential-missing`, .*`credential-unknown`/);
      assert.match(text, /Looked at live in the gateway edge: route key; service orders; .*plugins key-auth/);
      const { incidents } = scene.api.workspace.channels;
      const shared = await click(scene.api, 'ann', { ...answer, channel: incidents }, 'share_report');
      const post = await scene.deliverAndWait(shared, 'the diagnosis in the channel', ({ how }) => how === 'post');
      assert.match(readable(post), /The digest, from .* UTC: Route `key`/);
      assert.match(readable(post), /Looked at live in the gateway edge/);
    });

    check('Diagnose this, below a digest that the channel has: shared into its thread', async () => {
      const { incidents } = scene.api.workspace.channels;
      const isPost = ({ how, channel }: Delivery): boolean => how === 'post' && channel === incidents;
      const inChannel = { ...digest, channel: incidents };
      const shared = await click(scene.api, 'ann', inChannel, 'share_report');
      const posted = await scene.deliverAndWait(shared, 'the digest in the channel', isPost);
      const answer = await presses(posted, 'diagnose_item', 'bob');
      assert.equal(answer.args.response_type, 'ephemeral');
      const again = await click(scene.api, 'bob', { ...answer, channel: incidents }, 'share_report');
      const inThread = await scene.deliverAndWait(again, 'the answer in the thread', isPost);
      assert.equal(inThread.threadTs, posted.ts);
      assert.match(readable(inThread), /The digest of .* UTC said/);
    });

    check('Diagnose this: every other item, with what the gateway shows now and what to check next', async () => {
      const seen: string[] = [];
      for (const { blocks, ...message } of [first, digest])
        for (const block of blocks) {
          const isItem = JSON.stringify(block.accessory ?? '').includes('diagnose_item');
          if (!isItem || JSON.stringify(block).includes('answers 401 to')) continue;
          const answer = readable(await presses({ ...message, blocks: [block] }, 'diagnose_item', 'bob'));
          assert.match(answer, /The digest of .* UTC said[\s\S]*\*Now\*[\s\S]*Check next: /);
          assert.match(answer, /share_report/);
          seen.push(answer);
        }
      const all = seen.join('\n');
      assert.match(
        all,
        /Plugin `ip-restriction` on the route `iprestrict` was changed[\s\S]*plugin ip-restriction, on the route/,
      );
      assert.match(all, /Upstream `orders-up`: [\s\S]*`orders-up` [^ ]+: UNHEALTHY/);
      assert.match(
        all,
        /Consumers removed: `mobile`[\s\S]*There is|Consumers removed: `mobile`[\s\S]*does not tell more now/,
      );
    });

    check('Diagnose this: a gateway that does not answer is a part of the answer', async () => {
      for (const at of ['/', '/status', '/upstreams', '/routes/key', '/plugins']) faults.push({ at, does: 'reset' });
      for (const words of ['Upstream `orders-up`', 'answers 401 to']) {
        const blocks = digest.blocks.filter((block) => JSON.stringify(block).includes(words)).slice(-1);
        const answer = readable(await presses({ ...digest, blocks }, 'diagnose_item', 'bob'));
        assert.ok(answer.includes(words), answer);
        assert.match(answer, /The gateway does not tell more now: /);
        assert.ok(!answer.includes(peer.url), answer);
      }
      faults.length = 0;
    });

    check('Diagnose this: who may not read the gateway from there, and a digest that is gone', async () => {
      const elsewhere = { ...digest, channel: scene.api.workspace.channels.elsewhere };
      assert.match(
        readable(await presses(elsewhere, 'diagnose_item', 'bob')),
        /answers only certain people and channels/,
      );
      const { element } = elementOf(digest, 'diagnose_item');
      const gone = { ...digest, blocks: [{ type: 'actions', elements: [{ ...element, value: 'gone:0123456789ab' }] }] };
      assert.match(readable(await presses(gone, 'diagnose_item')), /I no longer have this digest/);
    });

    check('schedule: in the zone of the asker, where it was asked, once', async () => {
      const answer = readable(await asks('digest schedule daily 09:00'));
      const { channels, people } = scene.api.workspace;
      assert.match(
        answer,
        new RegExp(`A digest of \`edge\` comes to <#${channels.incidents}>, daily 09:00 Europe/Berlin\\.`),
      );
      assert.equal(
        answer.match(/[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} 09:00 Europe\/Berlin/g)?.length,
        6,
        'text and blocks',
      );
      assert.match(answer, /time zone is that of your Slack profile/);
      assert.match(answer, new RegExp(`owned by <@${people.ann}>`));
      assert.match(answer, /\/kongauth digest stop [0-9a-f]{8}/);
      assert.match(
        readable(await asks('digest schedule every day at 9am Europe/Berlin')),
        /There is this digest already/,
      );
      assert.doesNotMatch(readable(await asks('digest schedule hourly UTC')), /Slack profile/);
      await stopAll();
    });

    check('schedule: without a time zone in the profile it is UTC, and says so', async () => {
      const { zones, people } = scene.api.workspace;
      zones.delete(people.ann);
      assert.match(readable(await asks('digest schedule weekdays 8:30')), /weekdays 08:30 UTC[\s\S]*so it is UTC/);
      zones.set(people.ann, 'Nowhere/Land');
      assert.match(readable(await asks('digest schedule weekdays 8:31')), /so it is UTC/);
      zones.set(people.ann, 'Europe/Berlin');
      await stopAll();
    });

    check('schedule: only in channels that both are in, and of gateways that may be read there', async () => {
      const { channels, rooms, joined, people } = scene.api.workspace;
      const says = async (text: string, expected: RegExp, person: Person = 'ann'): Promise<void> =>
        assert.match(readable(await asks(`digest schedule daily 09:00 ${text}`, 'incidents', person)), expected, text);
      await says('in #ops', /Only members of a channel set up digests/);
      await says('in #ops for vault', /digest of `vault` comes to/, 'bob');
      await says(`in <#${channels.ops}|ops> for edge`, /gateway edge answers only certain/, 'bob');
      await says('for vault', /gateway vault answers only certain/);
      await says('for nobody', /no gateway of that name/);
      await says('in #elsewhere', /I am in no channel `#elsewhere`; invite me there with `\/invite @kongauth`/);
      await says(`in ${channels.elsewhere}`, /I am not in that channel; invite me/);
      rooms.set(channels.elsewhere, { isPrivate: true });
      await says(`in ${channels.elsewhere}`, /I am not in that channel; invite me/);
      rooms.set(channels.elsewhere, { isArchived: true });
      joined.add(channels.elsewhere);
      await says(`in ${channels.elsewhere}`, /That channel is archived/);
      joined.delete(channels.elsewhere);
      rooms.delete(channels.elsewhere);
      await says('tomorrow', /A schedule begins with `daily`/);
      // Slack cuts its lists where it likes.
      scene.api.pageSize = 1;
      rooms.set(channels.ops, { members: [people.ann, people.bob] });
      await says('in #ops for vault', /There is this digest already|comes to/, 'bob');
      rooms.set(channels.ops, { members: [people.bob] });
      scene.api.pageSize = 1000;
      await stopAll();
    });

    check('list and stop: by button, by id, the only one, all, and by nobody else', async () => {
      assert.match(readable(await asks('digest list')), /No digest is scheduled in this channel/);
      await asks('digest schedule daily 09:00');
      const two = await asks('digest schedule hourly');
      const list = await asks('digest stop');
      assert.match(readable(list), /Which one\?[\s\S]*The 2 digests of this channel/);
      assert.match(readable(list), /daily 09:00 Europe\/Berlin, set up by/);
      const left = await presses(two, 'digest_stop', 'bob');
      assert.equal(left.args.replace_original, true);
      assert.match(
        readable(left),
        /Stopped: the digest of `edge`, hourly Europe\/Berlin\.[\s\S]*The digest of this channel/,
      );
      assert.match(readable(await presses(two, 'digest_stop')), /no schedule of that id/);
      assert.match(readable(await asks('digest stop')), /Stopped: [\s\S]*No digest is scheduled/);
      const vault = await asks('digest schedule hourly', 'ops', 'bob');
      assert.match(readable(await asks(`digest stop ${idIn(vault)}`)), /Only who set up a digest and the members/);
      assert.match(
        readable(await asks(`digest stop ${idIn(vault)}`, 'incidents', 'bob')),
        /Stopped: the digest of `vault`/,
      );
      assert.match(readable(await asks('digest stop no such')), /Say `digest stop ID`/);
    });

    check('by mention and direct message: what is set up there, and the list of one’s own', async () => {
      const { channels } = scene.api.workspace;
      const mentions = async (text: string): Promise<Delivery> => {
        const message = composed(text, undefined, { mention: true });
        const ts = await scene.api.workspace.post('ann', channels.incidents, message);
        const said = mention(scene.api, { person: 'ann', channel: channels.incidents }, { ts, message });
        return scene.deliverAndWait(said, `answer to ${text}`, ({ how }) => how === 'ephemeral');
      };
      const direct = await scene.api.workspace.directMessages('ann');
      const writes = async (text: string): Promise<Delivery> => {
        const message = composed(text);
        const ts = await scene.api.workspace.post('ann', direct, message);
        const said = directMessage(scene.api, { person: 'ann', channel: direct }, { ts, message });
        return scene.deliverAndWait(
          said,
          `answer to ${text}`,
          ({ how, channel }) => how === 'post' && channel === direct,
        );
      };
      assert.match(readable(await mentions('digest schedule mondays 9:00 for edge')), /mondays 09:00 Europe\/Berlin/);
      assert.match(readable(await writes('digest schedule daily 09:00')), /say which one, such as/);
      assert.match(readable(await writes('digest schedule daily 07:00 in #incidents for edge')), /daily 07:00/);
      const own = readable(await writes('digest list'));
      assert.match(own, new RegExp(`The 2 digests you set up[\\s\\S]*\`edge\` in <#${channels.incidents}>`));
      const form = await click(scene.api, 'ann', await mentions('digest schedule'), 'digest_form');
      await scene.deliverAndWait(form, 'the form', ({ method }) => method === 'views.open');
      assert.match(readable(await writes('digest stop all')), /Stopped: [\s\S]*You have set up no digests/);
    });

    check('the form: mistakes at their fields, then the answer where it was opened', async () => {
      const { channels } = scene.api.workspace;
      const asked = await command(scene.api, { person: 'ann', channel: channels.incidents }, 'digest schedule');
      const opened = await scene.deliverAndWait(asked, 'the form', ({ method }) => method === 'views.open');
      const wrong = { form: 'cron', zone: 'Berlin', cron: '99 99 * * *' };
      const refused = await scene.deliver(await submission(scene.api, 'ann', opened, { fields: wrong }));
      assert.match(
        JSON.stringify(refused.payload),
        /"errors":\{"zone":"A time zone is written[^}]*"cron":"That is no cron/,
      );
      const right = { form: 'weekdays', time: '08:15', gateway: 'edge' };
      const answer = await scene.deliverAndWait(
        await submission(scene.api, 'ann', opened, { fields: right }),
        'the answer',
        ({ responseUrl }) => responseUrl === asked.responseUrl,
      );
      assert.match(readable(answer), /digest of `edge` comes to .*weekdays 08:15 Europe\/Berlin/);
      await stopAll();
    });
  });
