// What was looked up in the gateway and what could not be, in sentences, for every format.

/** An entity that was found there. */
interface Looked {
  readonly type: string;
  readonly name: string;
}

/** Names of one kind that are listed. */
const LISTED = 8;

/** One sentence that says what was looked at, then what could not be. */
export function liveSentences(
  gateway: string,
  resolved: readonly Looked[],
  notes: readonly string[],
): readonly string[] {
  const kinds = ['route', 'service', 'consumer', 'plugin'].flatMap((type) => {
    const names = [...new Set(resolved.filter((one) => one.type === type).map(({ name }) => name))];
    if (names.length === 0) return [];
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    return [`${type}${names.length === 1 ? '' : 's'} ${names.slice(0, LISTED).join(', ')}${more}`];
  });
  const looked =
    kinds.length === 0
      ? `Asked the gateway ${gateway}, and found nothing there that the paste names.`
      : `Looked at live in the gateway ${gateway}: ${kinds.join('; ')}.`;
  return [looked, ...notes];
}
