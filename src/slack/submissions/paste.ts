// The submitted form: its text and files, answered where it was opened.
import { answer } from '../answer.ts';
import { gatherPaste } from '../gather.ts';
import type { ViewArgs, ViewListener } from '../listener.ts';
import { ifEscaped } from '../message-text.ts';
import type { Where } from '../question.ts';
import { readFormOrigin } from '../views/form-origin.ts';
import { NO_GATEWAY } from '../views/paste-modal.ts';

export const paste: ViewListener = {
  kind: 'view',
  name: 'paste_submit',
  validate(view) {
    const { text, files } = fieldsOf(view);
    return text.trim() === '' && files.length === 0
      ? { paste: 'Paste something here, or attach a file below.' }
      : undefined;
  },
  async handle({ view, body }, bot) {
    const { text, files, gateway } = fieldsOf(view);
    const user = body.user.id;
    const { channel, responseUrl } = readFormOrigin(view.private_metadata);
    const where: Where =
      channel === undefined || responseUrl === undefined
        ? { kind: 'direct' }
        : { kind: 'private', channel, responseUrl };
    await answer(
      {
        user,
        where,
        ...(gateway === NO_GATEWAY ? {} : { live: { gateway } }),
        gather: () => gatherPaste(ifEscaped(text), files, user, bot),
      },
      bot,
    );
  },
};

function fieldsOf(view: ViewArgs['view']): {
  readonly text: string;
  readonly files: readonly unknown[];
  readonly gateway: string;
} {
  const { values } = view.state;
  return {
    text: values.paste?.text?.value ?? '',
    files: values.files?.files?.files ?? [],
    gateway: values.gateway?.gateway?.selected_option?.value ?? NO_GATEWAY,
  };
}
