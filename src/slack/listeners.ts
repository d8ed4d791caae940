// The one list of what Slack may send us and who takes it; manifest.yml declares the same.
import { apply } from './actions/apply.ts';
import { checkLive } from './actions/check-live.ts';
import { approveChange, rejectChange, undoChange } from './actions/decide.ts';
import { diagnoseItemButton } from './actions/diagnose-item.ts';
import { digestForm, digestStopButton } from './actions/digest-stop.ts';
import { explain } from './actions/explain.ts';
import { feedback } from './actions/feedback.ts';
import { flavour, more } from './actions/redraw.ts';
import { share } from './actions/share.ts';
import { shareReport } from './actions/share-report.ts';
import { kongauth } from './commands/kongauth.ts';
import { appHomeOpened } from './events/app-home-opened.ts';
import { appMention } from './events/app-mention.ts';
import { messageIm } from './events/message-im.ts';
import type { Listener } from './listener.ts';
import { diagnoseMessage } from './shortcuts/diagnose-message.ts';
import { diagnosePaste, diagnosePasteButton } from './shortcuts/diagnose-paste.ts';
import { applySubmit } from './submissions/apply.ts';
import { digestSubmit } from './submissions/digest-schedule.ts';
import { paste } from './submissions/paste.ts';

export const LISTENERS: readonly Listener[] = [
  kongauth,
  appMention,
  messageIm,
  appHomeOpened,
  diagnoseMessage,
  diagnosePaste,
  diagnosePasteButton,
  paste,
  applySubmit,
  digestSubmit,
  share,
  shareReport,
  flavour,
  more,
  checkLive,
  apply,
  approveChange,
  rejectChange,
  undoChange,
  diagnoseItemButton,
  digestForm,
  digestStopButton,
  feedback,
  explain,
];
