// The local time of nginx' access logs.
const MONTHS: Readonly<Record<string, number>> = {
  Jan: 0,
  Feb: 1,
  Mar: 2,
  Apr: 3,
  May: 4,
  Jun: 5,
  Jul: 6,
  Aug: 7,
  Sep: 8,
  Oct: 9,
  Nov: 10,
  Dec: 11,
};

/** ms since 1970 of nginx' local time, `12/Oct/2026:07:01:02 +0000`. */
export function nginxTime(time: string): number {
  const month = MONTHS[time.slice(3, 6)];
  if (month === undefined) return Number.NaN;
  const utc = Date.UTC(
    Number(time.slice(7, 11)),
    month,
    Number(time.slice(0, 2)),
    Number(time.slice(12, 14)),
    Number(time.slice(15, 17)),
    Number(time.slice(18, 20)),
  );
  const sign = time.charCodeAt(21) === 45 ? 1 : -1;
  const offset = Number(time.slice(22, 24)) * 60 + Number(time.slice(24, 26));
  return Number.isNaN(offset) ? utc : utc + sign * offset * 60_000;
}
