// The form for a paste: text, files and the gateway it is about.
import type { types } from '@slack/bolt';
import { context, plainText } from '../../render/slack-blocks.ts';
import { safeSentence } from '../../render/slack-safe.ts';
import type { FormOrigin } from './form-origin.ts';

/** Slack's limit of a text field; longer material comes as a file. */
const FIELD = 3000;

export const NO_GATEWAY = 'none';

/**
 * @param gateways names of the configured gateways
 * @param chosen the one that is selected at first; empty for the first of them, without it none
 */
export function pasteModal(origin: FormOrigin, gateways: readonly string[], chosen?: string): types.ModalView {
  const none = {
    text: plainText(gateways.length === 0 ? 'None is configured: the paste alone' : 'The paste alone', 75),
    value: NO_GATEWAY,
  };
  const listed = gateways.slice(0, 99).map((name) => ({ text: plainText(name, 75), value: name.slice(0, 75) }));
  const initial = chosen === '' ? listed[0] : listed.find(({ value }) => value === chosen);
  const view = {
    type: 'modal',
    callback_id: 'paste_submit',
    private_metadata: JSON.stringify(origin),
    title: plainText('Diagnose Kong auth', 24),
    submit: plainText('Diagnose', 24),
    close: plainText('Cancel', 24),
    blocks: [
      {
        type: 'input',
        block_id: 'paste',
        optional: true,
        label: plainText('Log lines, configuration, tokens or requests', 2000),
        hint: plainText(`Up to ${FIELD} characters; attach what is longer. Secrets are hidden in the answer.`, 2000),
        element: {
          type: 'plain_text_input',
          action_id: 'text',
          multiline: true,
          max_length: FIELD,
          placeholder: plainText('curl -v https://HOST/PATH, and what it printed', 150),
        },
      },
      {
        type: 'input',
        block_id: 'files',
        optional: true,
        label: plainText('Files', 2000),
        hint: plainText('Logs (.gz and .zst too), deck files, HAR, manifests.', 2000),
        element: { type: 'file_input', action_id: 'files', max_files: 10 },
      },
      {
        type: 'input',
        block_id: 'gateway',
        label: plainText('Gateway', 2000),
        hint: plainText('With one, what the paste names is looked up in it too; it is only read.', 2000),
        element: {
          type: 'static_select',
          action_id: 'gateway',
          options: [none, ...listed],
          initial_option: initial ?? none,
        },
      },
      context(safeSentence(whereAnswered(origin))),
    ],
  };
  return view as unknown as types.ModalView;
}

function whereAnswered({ responseUrl }: FormOrigin): string {
  return responseUrl === undefined
    ? 'The answer comes as a direct message.'
    : 'Only you see the answer, in this channel, until you share it. In a thread, where Slack takes no slash commands, mention me instead.';
}
