// A diagnosis of earlier, opened from the App Home.
import type { types } from '@slack/bolt';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { Flavour } from '../../diagnosis/names.ts';
import { plainText } from '../../render/slack-blocks.ts';
import { replyBlocks } from './reply.ts';

/** The whole diagnosis without buttons. */
export function diagnosisModal(diagnosis: Diagnosis, flavour: Flavour): types.ModalView {
  const view = {
    type: 'modal',
    title: plainText('Diagnosis', 24),
    close: plainText('Close', 24),
    blocks: replyBlocks({ diagnosis, flavour }),
  };
  return view as unknown as types.ModalView;
}
