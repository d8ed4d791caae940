// Schedules of digests as messages: what was set up, and the list with a way to stop each. Pure.
import { dueText, nextDue, whenText } from '../../digest/schedule.ts';
import { actions, type Block, context, plainText, section, withinLimits } from '../../render/slack-blocks.ts';
import {
  type SlackSafe,
  safeBold,
  safeChannel,
  safeCut,
  safeJoined,
  safeLines,
  safeMention,
  safeSentence,
} from '../../render/slack-safe.ts';
import type { FailedRun } from '../../store/digest-runs.ts';
import type { KeptSchedule } from '../../store/schedules.ts';
import { whichDigest } from '../digests/words.ts';
import type { OutMessage } from '../post.ts';
import { message } from './notice.ts';
import { button } from './reply.ts';

/** Schedules that one message shows; a channel has no more, a person may. */
const ROWS = 20;
const TEXT = 3800;

export interface SetUpParts {
  readonly schedule: KeptSchedule;
  readonly wasKnown: boolean;
  readonly zoneFrom: 'said' | 'profile' | 'nowhere';
}

const ZONES = {
  said: undefined,
  profile:
    'The time zone is that of your Slack profile; a name such as `Europe/Berlin` behind the time sets another one.',
  nowhere:
    'Slack does not tell me your time zone, so it is UTC; a name such as `Europe/Berlin` behind the time sets another one.',
} as const;

/** @param now ms since 1970 */
export function setUpMessage({ schedule, wasKnown, zoneFrom }: SetUpParts, now: number): OutMessage {
  const { id, channel, owner, gateway, timeZone } = schedule;
  const head = safeJoined(
    safeSentence(
      `${wasKnown ? 'There is this digest already' : 'A digest'} of \`${gateway}\`${wasKnown ? ':' : ' comes to'} `,
    ),
    safeChannel(channel),
    safeSentence(`, ${whenText(schedule)}.`),
  );
  const lines = [
    safeSentence(
      `Next: ${nextDue(schedule, now)
        .map((due) => dueText(due, timeZone))
        .join('; ')}.`,
    ),
    ...(ZONES[zoneFrom] === undefined ? [] : [safeSentence(ZONES[zoneFrom])]),
    safeJoined(
      safeSentence('It is owned by '),
      safeMention(owner),
      safeSentence(', who hears of it when it has to end.'),
    ),
    safeSentence(`Its owner and the members of the channel stop it: \`/kongauth digest stop ${id}\`.`),
  ];
  return message(safeLines(head, ...lines), [
    section(head),
    context(safeLines(...lines)),
    actions(stopButton(schedule)),
  ]);
}

/** To the owner of one that had to end. */
export function endedMessage({ gateway, channel, whyDisabled = '' }: KeptSchedule): OutMessage {
  const said = safeJoined(
    safeSentence(`The digest of \`${gateway}\` in `),
    safeChannel(channel),
    safeSentence(` is not posted any more. ${whyDisabled}`),
  );
  return message(said, [section(said)]);
}

export interface ListParts {
  readonly schedules: readonly KeptSchedule[];
  readonly failed: readonly FailedRun[];
  /** In a direct message: the asker's own, of all channels. */
  readonly isOwn: boolean;
  /** What happened just before: `Stopped: ...`. */
  readonly news?: string;
}

export function listMessage({ schedules, failed, isOwn, news }: ListParts): OutMessage {
  const place = isOwn ? 'you set up' : 'of this channel';
  const heading =
    schedules.length === 0
      ? `${isOwn ? 'You have set up no digests' : 'No digest is scheduled in this channel'}. \`/kongauth digest schedule daily 09:00\` sets one up.`
      : `${schedules.length === 1 ? 'The digest' : `The ${schedules.length} digests`} ${place}:`;
  const shown = schedules.slice(0, ROWS).map((schedule) => ({ schedule, row: rowOf(schedule, isOwn) }));
  const more =
    schedules.length > ROWS
      ? [safeSentence(`${schedules.length - ROWS} more; \`digest list\` in their channels shows them.`)]
      : [];
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  const givenUp = failed.flatMap(({ schedule: id, due, says }) => {
    const schedule = byId.get(id);
    return schedule === undefined ? [] : [safeSentence(`• ${whichDigest(schedule, due)} was given up: ${says}`)];
  });
  const lost = givenUp.length === 0 ? [] : [safeLines(safeBold('Not posted'), ...givenUp)];
  const said = news === undefined ? undefined : safeSentence(news);
  const head = safeLines(said, safeSentence(heading));
  const { blocks } = withinLimits(
    [section(head), ...shown.map(({ schedule, row }) => section(row, stopButton(schedule)))],
    [...more, ...lost].map(context),
  );
  return message(safeCut(safeLines(head, ...shown.map(({ row }) => row), ...more, ...lost), TEXT), blocks);
}

function rowOf(schedule: KeptSchedule, withChannel: boolean): SlackSafe {
  const { id, channel, owner, gateway, timeZone, nextDue: next, whyDisabled } = schedule;
  return safeLines(
    safeJoined(
      safeSentence(`\`${id}\` \`${gateway}\`${withChannel ? ' in ' : ''}`),
      ...(withChannel ? [safeChannel(channel)] : []),
      safeSentence(`, ${whenText(schedule)}, set up by `),
      safeMention(owner),
    ),
    safeSentence(
      next === undefined ? `Not posted any more. ${whyDisabled ?? ''}` : `Next: ${dueText(new Date(next), timeZone)}.`,
    ),
  );
}

function stopButton({ id, gateway, cron, timeZone }: KeptSchedule): Block {
  return {
    ...button('digest_stop', 'Stop', id),
    style: 'danger',
    accessibility_label: `Stop the digest ${id}`,
    confirm: {
      title: plainText('Stop this digest?', 100),
      text: plainText(`The digest of ${gateway}, ${whenText({ cron, timeZone })}, is not posted any more.`, 300),
      confirm: plainText('Stop it', 30),
      deny: plainText('Keep it', 30),
    },
  };
}

/** What was stopped, in a sentence without marks. */
export function stoppedSentence(schedule: KeptSchedule): string {
  return `Stopped: the digest of \`${schedule.gateway}\`, ${whenText(schedule)}.`;
}
