// Quoting for the shell and for URL paths, so that a name from a paste cannot become a command.

/** A word in single quotes (POSIX shell: nothing is special inside but the quote itself). */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One segment of a URL path, percent-encoded (RFC 3986 §3.3); placeholders in angle brackets stay readable. */
export function pathSegment(name: string): string {
  return /^<[A-Z_]+>$/.test(name) ? name : encodeURIComponent(name).replaceAll("'", '%27');
}
