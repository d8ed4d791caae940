// The form for a schedule of digests: when, where and of which gateway. Pure.
import type { types } from '@slack/bolt';
import { plainText } from '../../render/slack-blocks.ts';
import type { FormOrigin } from './form-origin.ts';

/** Of the select: a cron expression is written in a field of its own. */
export const CRON = 'cron';

const FORMS: readonly (readonly [value: string, label: string])[] = [
  ['daily', 'Every day'],
  ['weekdays', 'Weekdays'],
  ['weekends', 'Weekends'],
  ...['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays'].map(
    (day) => [day.toLowerCase(), day] as const,
  ),
  ['hourly', 'Every hour'],
  ...[2, 3, 4, 6, 8, 12].map((hours) => [`every ${hours} hours`, `Every ${hours} hours`] as const),
  [CRON, 'As the cron expression below says'],
];

/** Whether the form wants a time of day. */
export function wantsTime(form: string): boolean {
  return form !== CRON && form !== 'hourly' && !form.startsWith('every ');
}

/**
 * @param gateways names that the asker may choose from; with one or none they are not asked
 * @param chosen the one that is selected at first
 */
export function digestModal(origin: FormOrigin, gateways: readonly string[], chosen?: string): types.ModalView {
  const options = FORMS.map(([value, label]) => ({ text: plainText(label, 75), value }));
  const here = /^[CG]/.test(origin.channel ?? '') ? { initial_conversation: origin.channel } : {};
  const view = {
    type: 'modal',
    callback_id: 'digest_submit',
    private_metadata: JSON.stringify(origin),
    title: plainText('Schedule a digest', 24),
    submit: plainText('Schedule', 24),
    close: plainText('Cancel', 24),
    blocks: [
      input('form', 'When', { type: 'static_select', options, initial_option: options[0] }),
      input(
        'time',
        'Time of day',
        { type: 'timepicker', initial_time: '09:00' },
        { optional: true, hint: plainText('Not used with hours or a cron expression.', 2000) },
      ),
      input(
        'zone',
        'Time zone',
        { type: 'plain_text_input', max_length: 40, placeholder: plainText('Europe/Berlin', 150) },
        { optional: true, hint: plainText('Left empty, it is that of your Slack profile.', 2000) },
      ),
      input(
        'cron',
        'Cron expression',
        { type: 'plain_text_input', max_length: 70, placeholder: plainText('0 9 * * 1-5', 150) },
        { optional: true, hint: plainText('Only where it is chosen above: minute, hour, day, month, weekday.', 2000) },
      ),
      input(
        'channel',
        'Channel',
        {
          type: 'conversations_select',
          default_to_current_conversation: true,
          filter: { include: ['public', 'private'], exclude_bot_users: true },
          ...here,
        },
        { hint: plainText('I have to be in it, and so do you.', 2000) },
      ),
      ...gatewayInput(gateways, chosen),
    ],
  };
  return view as unknown as types.ModalView;
}

function gatewayInput(gateways: readonly string[], chosen: string | undefined): readonly object[] {
  if (gateways.length < 2) return [];
  const options = gateways.slice(0, 100).map((name) => ({ text: plainText(name, 75), value: name.slice(0, 75) }));
  const initial = options.find(({ value }) => value === chosen) ?? options[0];
  return [input('gateway', 'Gateway', { type: 'static_select', options, initial_option: initial })];
}

function input(name: string, label: string, element: object, more: object = {}): object {
  const block = { type: 'input', block_id: name, label: plainText(label, 2000) };
  return { ...block, element: { ...element, action_id: name }, ...more };
}
