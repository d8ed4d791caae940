// The reply with its buttons: rich where the workspace knows the blocks, plain where not, and a file when it is too long.
import type { Diagnosis, Remedy } from '../../diagnosis/diagnosis.ts';
import { namesNothing } from '../../diagnosis/facts/subjects.ts';
import { FLAVOURS, type Flavour } from '../../diagnosis/names.ts';
import { renderMarkdown } from '../../render/markdown.ts';
import { renderReply } from '../../render/slack.ts';
import { actions, type Block, context, plainText } from '../../render/slack-blocks.ts';
import { safeLines, safeSentence } from '../../render/slack-safe.ts';
import type { OutMessage } from '../post.ts';
import { handleValue, type Shown } from './handles.ts';

export interface ReplyParts extends Shown {
  readonly id: string;
  readonly diagnosis: Diagnosis;
  /** What is new since the last answer. */
  readonly news?: string;
  /** What could not be read. */
  readonly notes?: readonly string[];
  /** Whether its first fix can be applied from here, with a second person's approval. */
  readonly canApply?: boolean;
  /** In the place of an earlier one: what belongs into a file is there already. */
  readonly isRedrawn?: boolean;
}

const FLAVOUR_NAMES: Readonly<Record<Flavour, string>> = {
  'admin-api': 'Admin API',
  deck: 'decK',
  kubernetes: 'Kubernetes',
  'kong-conf': 'kong.conf',
};

/** The message for a diagnosis as it is to be shown; pure, so that a pressed button renders it again from what is remembered. */
export function replyMessage(parts: ReplyParts): OutMessage {
  const fitting = build(parts);
  if (!fitting.isCut) return fitting.message;
  const { id, audience, diagnosis, flavour, isRedrawn = false, notes = [] } = parts;
  const hasFile = audience === 'public' && !isRedrawn;
  const rest = hasFile ? IN_FILE : audience === 'private' ? FILE_WHEN_SHARED : DOES_NOT_FIT;
  const { message } = build({ ...parts, notes: [rest, ...notes] });
  if (!hasFile) return message;
  return { ...message, file: { name: `kongauth-diagnosis-${id}.md`, content: renderMarkdown(diagnosis, flavour) } };
}

const IN_FILE = 'The whole diagnosis is in the file in this thread.';
const FILE_WHEN_SHARED =
  'Not everything fits into one message; shared with the channel, it comes with the whole as a file.';
const DOES_NOT_FIT = 'Not everything fits into one message.';

function build(parts: ReplyParts): { readonly message: OutMessage; readonly isCut: boolean } {
  const { diagnosis, flavour, further, news } = parts;
  const select = flavourSelect(parts);
  const options = {
    flavour,
    further,
    ...(news === undefined ? {} : { news }),
    ...(select === undefined ? {} : { underSnippet: actions(select) }),
  };
  const rich = renderReply(diagnosis, { ...options, rich: true, atEnd: endOf(parts, true) });
  const plain = renderReply(diagnosis, { ...options, rich: false, atEnd: endOf(parts, false) });
  return { message: { text: rich.text, blocks: rich.blocks, plain: plain.blocks }, isCut: rich.cut || plain.cut };
}

/** The diagnosis without buttons, for a modal: blocks that modals know. */
export function replyBlocks({ diagnosis, flavour }: Pick<ReplyParts, 'diagnosis' | 'flavour'>): readonly Block[] {
  return renderReply(diagnosis, { flavour, further: 'shown', rich: false, atEnd: [] }).blocks;
}

function endOf(parts: ReplyParts, isRich: boolean): readonly Block[] {
  const { diagnosis, notes = [] } = parts;
  const [best] = diagnosis.findings;
  return [
    ...(notes.length === 0 ? [] : [context(safeLines(...notes.slice(0, 5).map(safeSentence)))]),
    ...(parts.audience !== 'private' && !mayBeChecked(diagnosis) ? [] : [stepButtons(parts)]),
    ...(best === undefined ? [] : [isRich ? feedbackButtons(parts.id) : actions(feedbackSelect(parts.id))]),
  ];
}

/** The notation of the snippet; none when there is but one. */
function flavourSelect(parts: ReplyParts): Block | undefined {
  const [remedy] = parts.diagnosis.findings[0]?.remedies ?? [];
  const there = remedy === undefined ? [] : flavoursOf(remedy);
  if (there.length < 2) return undefined;
  const shown = there.includes(parts.flavour) ? parts.flavour : there[0];
  const options = there.map((flavour) => option(FLAVOUR_NAMES[flavour], handleValue({ ...parts, flavour })));
  const initial = options[shown === undefined ? 0 : there.indexOf(shown)];
  return {
    type: 'static_select',
    action_id: 'flavour',
    placeholder: plainText('As', 75),
    options,
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
}

function flavoursOf(remedy: Remedy): readonly Flavour[] {
  return FLAVOURS.filter((flavour) => remedy.snippets[flavour] !== undefined);
}

function stepButtons(parts: ReplyParts): Block {
  const { diagnosis, further, audience } = parts;
  const [best, ...others] = diagnosis.findings;
  return actions(
    audience === 'private'
      ? {
          ...button('share', 'Share in channel', handleValue(parts)),
          style: 'primary',
          confirm: {
            title: plainText('Share this diagnosis?', 100),
            text: plainText('Everyone in the channel will see it. Secrets stay hidden.', 300),
            confirm: plainText('Share', 30),
            deny: plainText('Keep it private', 30),
          },
        }
      : undefined,
    others.length === 0
      ? undefined
      : button('more', further === 'folded' ? 'Other candidates' : 'Fewer details', handleValue(parts)),
    best === undefined ? undefined : button('explain', 'Explain this cause', handleValue(parts)),
    parts.canApply === true ? button('apply', 'Apply fix', handleValue(parts)) : undefined,
    mayBeChecked(diagnosis) ? button('check_live', 'Check the gateway', handleValue(parts)) : undefined,
  );
}

/** Whether the gateway may tell more: of a finding, or where the paste names something and tells nothing. */
function mayBeChecked({ findings, subjects }: Diagnosis): boolean {
  return findings.length > 0 || !namesNothing(subjects);
}

/** A button of ours; its label says what it does. */
export function button(actionId: string, label: string, value: string): Block {
  return { type: 'button', action_id: actionId, text: plainText(label, 75), value };
}

function option(label: string, value: string): Block {
  return { text: plainText(label, 75), value } as unknown as Block;
}

const HELPFUL = 'Right cause';
const WRONG = 'Wrong cause';

function feedbackButtons(id: string): Block {
  const answer = (label: string, good: boolean): unknown => ({
    text: plainText(label, 75),
    value: `${good ? 'good' : 'bad'}:${id}`,
    accessibility_label: `This diagnosis named the ${label.toLowerCase()}`,
  });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: answer(HELPFUL, true),
        negative_button: answer(WRONG, false),
      },
    ],
  };
}

/** Two buttons may not have one action id in a block, and ours is one. */
function feedbackSelect(id: string): Block {
  return {
    type: 'static_select',
    action_id: 'feedback',
    placeholder: plainText('Was this right?', 75),
    options: [option(HELPFUL, `good:${id}`), option(WRONG, `bad:${id}`)],
  };
}
