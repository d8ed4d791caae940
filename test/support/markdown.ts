// A reading of Markdown that is strict where a renderer can go wrong: fences, folded parts, markup outside of code.
import assert from 'node:assert/strict';

/** Fails when a fence stays open, `<details>` do not pair, or anything outside of code is HTML, a link or a mention. */
export function assertMarkdown(text: string, label: string): void {
  assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'), `${label}: the end`);
  let fence = '';
  let open = 0;
  for (const line of text.split('\n')) {
    const ticks = /^(`{3,})([a-z]*)$/.exec(line);
    if (fence !== '') {
      if (line === fence) fence = '';
      continue;
    }
    if (ticks !== null) {
      fence = ticks[1] ?? '';
      continue;
    }
    if (/^<details><summary>[a-z-]+<\/summary>$/.test(line)) open++;
    else if (line === '</details>') open--;
    else assertPlain(line, label);
  }
  assert.equal(fence, '', `${label}: an open fence`);
  assert.equal(open, 0, `${label}: <details> do not pair`);
}

function assertPlain(line: string, label: string): void {
  const outside = withoutCode(line);
  assert.doesNotMatch(outside, /(?<!\\)[<|]/, `${label}: markup in ${line}`);
  assert.doesNotMatch(outside, /(?<!\\)\]\(/, `${label}: a link in ${line}`);
  assert.doesNotMatch(outside, /@\w/, `${label}: a mention in ${line}`);
}

/** CommonMark's code spans: a run of backticks up to the next run of the same length. */
function withoutCode(line: string): string {
  let rest = line.replace(/\\`/g, '');
  let outside = '';
  for (;;) {
    const run = /`+/.exec(rest);
    if (run === null) return outside + rest;
    const after = rest.slice(run.index + run[0].length);
    const closing = [...after.matchAll(/`+/g)].find((one) => one[0].length === run[0].length);
    if (closing === undefined) return outside + rest;
    outside += rest.slice(0, run.index);
    rest = after.slice(closing.index + closing[0].length);
  }
}
