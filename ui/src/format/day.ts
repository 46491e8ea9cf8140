// Days as people type them. A day is `2026-03-05`; what is typed may be 2026-3-5, 20260305 or 2026年3月5日.
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** No document and no search reaches further back; years such as 0002 are years half typed. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 9999;

/** The parts of a day such as `2026-03-05`; `undefined` for what is no day. */
export function partsOf(day: string): Day | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return undefined;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const check = new Date(Date.UTC(year, month - 1, date));
  const isDay = check.getUTCMonth() === month - 1 && check.getUTCDate() === date;
  return isDay ? { year, month, day: date } : undefined;
}

const TYPED: readonly RegExp[] = [
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日?$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];
/** A day without a year is a day of this year. */
const TYPED_SHORT: readonly RegExp[] = [/^(\d{1,2})[-/.](\d{1,2})$/, /^(\d{1,2})月(\d{1,2})日?$/];

/**
 * The day that was typed, as `2026-03-05`; `undefined` for what is no day from 1900 on.
 * Full-width digits and signs count as their plain ones; `today` lends its year to `3-5`.
 */
export function readDay(typed: string, today: string): string | undefined {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s〔〕]/g, '')
    .replace(/。/g, '.');
  const match = (patterns: readonly RegExp[]) =>
    patterns
      .map((one) => one.exec(text))
      .find(Boolean)
      ?.slice(1);
  const found = match(TYPED) ?? [today.slice(0, 4), ...(match(TYPED_SHORT) ?? [])];
  const [year = '', month = '', date = ''] = found;
  if (Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return undefined;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  return partsOf(day) && day;
}
