// secretlint's rules as a second net beside our own, for text that is about to leave.

/** A secret by secretlint's judgement. */
export interface LintedSecret {
  readonly start: number;
  readonly end: number;
}

/** Spans that secretlint's recommended rules call secrets. Text over 200,000 characters is looked at in its first part only. */
export async function secretlintSpans(text: string): Promise<readonly LintedSecret[]> {
  if (text === '') return [];
  // Loaded with the first text: a large log is read before anything leaves.
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const result = await lintSource({
    source: { content: text.slice(0, 200_000), filePath: 'paste.txt', ext: '.txt', contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] },
      noPhysicFilePath: true,
    },
  });
  return result.messages
    .filter((message) => message.type === 'message')
    .map((message) => ({ start: message.range[0], end: message.range[1] }));
}
