// What a form carries along: where it was opened, so that its answer goes there.

/** Where a form was opened. Empty for a shortcut that knows no channel. */
export interface FormOrigin {
  readonly channel?: string;
  readonly responseUrl?: string;
}

/** What a submitted form says about where it was opened; nothing when it cannot be read. */
export function readFormOrigin(privateMetadata: string): FormOrigin {
  try {
    const { channel, responseUrl } = JSON.parse(privateMetadata) as Record<string, unknown>;
    return {
      ...(typeof channel === 'string' ? { channel } : {}),
      ...(typeof responseUrl === 'string' ? { responseUrl } : {}),
    };
  } catch {
    // A form of an older version: answered as one that knows no channel.
    return {};
  }
}
