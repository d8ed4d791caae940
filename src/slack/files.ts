// Files that people attach: only from Slack's hosts, streamed to a temporary file, within a size, never a login page.

/** Of Slack's file object what is needed to fetch it. */
export interface SlackFile {
  readonly id: string;
  readonly name?: string;
  readonly url_private_download?: string;
  readonly size?: number;
  readonly mode?: string;
  readonly is_external?: boolean;
}

/** A file on the disk; whoever asked for it disposes of it. */
export interface FetchedFile {
  /** As evidence calls it. */
  readonly source: string;
  readonly path: string;
  dispose(): Promise<void>;
}

export interface Files {
  /** The file, or one sentence for the user why not. Never throws. */
  fetch(file: SlackFile): Promise<FetchedFile | { readonly refused: string }>;
}
