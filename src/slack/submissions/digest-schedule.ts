// The submitted form of a schedule: mistakes are shown at their fields, what Slack or the store has to say comes after.
import { parseSchedule, zoneIn } from '../../digest/schedule.ts';
import { KongauthError } from '../../errors.ts';
import { digestSchedule } from '../commands/digest-schedule.ts';
import type { ViewArgs, ViewListener } from '../listener.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { CRON, wantsTime } from '../views/digest-modal.ts';
import { readFormOrigin } from '../views/form-origin.ts';

export const digestSubmit: ViewListener = {
  kind: 'view',
  name: 'digest_submit',
  validate(view) {
    return scheduleMistakes(fieldsOf(view));
  },
  async handle({ view, body }, bot) {
    const { channel, responseUrl } = readFormOrigin(view.private_metadata);
    const user = body.user.id;
    const asker: PrivateAsker = {
      user,
      // Without the one-time address of a command or button the conversation with the bot is where it is answered.
      channel: responseUrl === undefined ? user : (channel ?? user),
      isDirect: responseUrl === undefined,
      ...(responseUrl === undefined ? {} : { responseUrl }),
    };
    await digestSchedule(asker, saidBy(fieldsOf(view)), bot);
  },
};

/** What was filled in; empty where nothing was. */
export interface ScheduleFields {
  readonly form: string;
  /** `09:00` */
  readonly time: string;
  readonly zone: string;
  readonly cron: string;
  readonly channel: string;
  readonly gateway: string;
}

/** Sentences by the block they belong to; undefined when all is well. */
export function scheduleMistakes(fields: ScheduleFields): Readonly<Record<string, string>> | undefined {
  const { form, time, zone, cron, channel } = fields;
  const found: Record<string, string> = {};
  if (wantsTime(form) && time === '') found.time = 'Say at which time of day.';
  if (zone !== '') {
    const mistake =
      zoneIn(`hourly ${zone}`) === zone ? mistakeIn(`hourly ${zone}`) : 'A time zone is written as in Europe/Berlin.';
    if (mistake !== undefined) found.zone = mistake;
  }
  if (form === CRON) {
    const mistake = cron === '' ? 'Write a cron expression, such as 0 9 * * 1-5.' : mistakeInCron(cron);
    if (mistake !== undefined) found.cron = mistake;
  }
  if (channel === '') found.channel = 'Choose a channel.';
  return Object.keys(found).length === 0 ? undefined : found;
}

function mistakeInCron(cron: string): string | undefined {
  if (zoneIn(cron) !== undefined) return 'The time zone has a field of its own.';
  if (/\s(?:in|for)\s/i.test(cron))
    return 'Only the expression belongs here: channel and gateway have their own fields.';
  return mistakeIn(cron);
}

function mistakeIn(said: string): string | undefined {
  try {
    parseSchedule(said);
    return undefined;
  } catch (error) {
    if (error instanceof KongauthError) return error.message.replaceAll('`', '');
    throw error;
  }
}

/** As it would have been said. */
export function saidBy({ form, time, zone, cron, channel, gateway }: ScheduleFields): string {
  const when = form === CRON ? cron : wantsTime(form) ? `${form} ${time}` : form;
  return [when, zone, `in ${channel}`, gateway === '' ? '' : `for ${gateway}`].filter((part) => part !== '').join(' ');
}

function fieldsOf({ state: { values } }: ViewArgs['view']): ScheduleFields {
  return {
    form: values.form?.form?.selected_option?.value ?? '',
    time: values.time?.time?.selected_time ?? '',
    zone: values.zone?.zone?.value?.trim() ?? '',
    cron: values.cron?.cron?.value?.trim() ?? '',
    channel: values.channel?.channel?.selected_conversation ?? '',
    gateway: values.gateway?.gateway?.selected_option?.value ?? '',
  };
}
