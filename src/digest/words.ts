// Numbers, names and times as a digest says them.

/** 1,204,331 */
export function counted(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `12 requests`, `1 request`. */
export function many(count: number, one: string, several: string = `${one}s`): string {
  return `${counted(count)} ${Math.round(count) === 1 ? one : several}`;
}

/** `12 %`, `0.4 %`, `below 0.1 %`. */
export function share(rate: number): string {
  const percent = rate * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return 'below 0.1 %';
  if (percent > 99.9 && percent < 100) return 'nearly 100 %';
  return `${percent < 10 ? percent.toFixed(1).replace(/\.0$/, '') : String(Math.round(percent))} %`;
}

/** A name as code; what would end the span is replaced. */
export function named(name: string): string {
  const text = name.replaceAll('`', "'").replace(/\s+/g, ' ').trim();
  return `\`${text === '' ? '(no name)' : text.length > 80 ? `${text.slice(0, 79)}…` : text}\``;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `25 Nov 09:00 UTC` */
export function instant(at: number): string {
  const iso = new Date(at).toISOString();
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(11, 16)} UTC`;
}

/** `24 h`, `7 days`, `45 min`. */
export function length(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours <= 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `a, b and c`; of many the first ones and how many more. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${counted(rest)} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
