// Slack's documented limits of a message, and what must never stand in a text that Slack parses.
import assert from 'node:assert/strict';

/** Block types that every workspace knows; one unknown type refuses the whole message. */
const TRUSTED = new Set(['section', 'header', 'context', 'divider', 'actions', 'image', 'rich_text']);
const MENTION = /@(?:here|channel|everyone)\b/;

interface Sent {
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly [field: string]: unknown }[];
}

/** Fails when Slack would refuse the message, split it, or find a ping, a link or a broken fence in it. */
export function assertPostable(message: Sent, label: string): void {
  assert.ok(message.text.length > 0 && message.text.length <= 4000, `${label}: fallback of ${message.text.length}`);
  assertInert(message.text, `${label}: fallback`);
  assert.equal((message.text.split('```').length - 1) % 2, 0, `${label}: an open fence in the fallback`);
  assert.ok(message.blocks.length > 0 && message.blocks.length <= 50, `${label}: ${message.blocks.length} blocks`);
  let characters = 0;
  for (const block of message.blocks) {
    assert.ok(TRUSTED.has(block.type), `${label}: block type ${block.type}`);
    for (const { type, text, verbatim } of textObjects(block)) {
      characters += text.length;
      const most = block.type === 'context' ? 2000 : 3000;
      assert.ok(text.length >= 1 && text.length <= most, `${label}: a ${block.type} of ${text.length} characters`);
      if (type !== 'mrkdwn') continue;
      assert.equal(verbatim, true, `${label}: mrkdwn that links by itself`);
      assertInert(text, label);
    }
    if (block.type === 'context') assert.ok((block.elements as unknown[]).length <= 10, label);
    if (block.type === 'rich_text') assert.ok((block.elements as unknown[]).length >= 1, label);
  }
  assert.ok(characters <= 13_000, `${label}: ${characters} characters in all`);
}

/** No control sequence of Slack's, no mention, only the three entities. */
function assertInert(text: string, label: string): void {
  assert.doesNotMatch(text, /[<>]/, `${label}: an angle bracket`);
  assert.doesNotMatch(text.replace(/&(?:amp|lt|gt);/g, ''), /&/, `${label}: a bare ampersand`);
  assert.doesNotMatch(text.replace(/```[\s\S]*?```/g, ''), MENTION, `${label}: a mention`);
}

interface TextObject {
  readonly type: string;
  readonly text: string;
  readonly verbatim?: boolean;
}

function textObjects(value: unknown): readonly TextObject[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' && 'type' in value ? [value as TextObject] : [];
  return [...own, ...Object.values(value).flatMap(textObjects)];
}
