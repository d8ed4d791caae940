// The button under an answer that only its asker sees.
import { actions, type Block, plainText } from '../../render/slack-blocks.ts';
import { button } from './reply.ts';

/** Shares the report of this id with the channel it was asked in. */
export function shareButton(id: string): Block {
  return actions({
    ...button('share_report', 'Share in channel', id),
    style: 'primary',
    confirm: {
      title: plainText('Share this answer?', 100),
      text: plainText('Everyone in the channel will see it. Secrets stay hidden.', 300),
      confirm: plainText('Share', 30),
      deny: plainText('Keep it private', 30),
    },
  });
}
