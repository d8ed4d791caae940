// Quoting for the shell, URLs and comments, so that a name from a paste cannot become a command.

/** A word in single quotes (POSIX shell: nothing is special inside but the quote itself; NUL cannot be in a word). */
export function shellWord(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
}

/** One segment of a URL path, percent-encoded (RFC 3986 §3.3); placeholders in angle brackets stay readable. */
export function pathSegment(name: string): string {
  if (/^<[A-Z][A-Z0-9_]*>$/.test(name)) return name;
  // The mark of a replaced secret, which becomes a placeholder later.
  if (/^\[[a-z-]{3,20} fp:[0-9a-f]{8}\]$/.test(name)) return name;
  // `.` and `..` would be taken away by curl itself (RFC 3986 §5.2.4).
  if (name === '.' || name === '..') return name.replaceAll('.', '%2E');
  return encodeURIComponent(name.toWellFormed()).replaceAll("'", '%27');
}

/** A URL as a shell word; brackets and braces would be patterns to curl, so they get its `-g` before them. */
export function urlWord(url: string): string {
  const bare = url.toWellFormed().replace(/[\p{Cc}\s]/gu, (character) => encodeURIComponent(character));
  return /[[\]{}]/.test(bare) ? `-g ${shellWord(bare)}` : shellWord(bare);
}

/** A comment of one line, whatever stands in the text. */
export function commentLine(text: string): string {
  return `# ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
}
