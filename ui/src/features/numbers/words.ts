// Words for series, periods and lines of a ledger.
import type { LedgerKind, LedgerRow, Reset, SeriesRow, Serves } from '@/api/generated/types';
import { t } from '@/text';

export const SERVES: readonly Serves[] = [
  'issue',
  'order',
  'minutes',
  'telegram',
  'memorandum',
  'incoming',
  'normative',
  'supervision',
];
export const RESETS: readonly Reset[] = ['yearly', 'term', 'never'];
export const KINDS: readonly LedgerKind[] = ['used', 'reserved', 'lapsed', 'void', 'missing', 'gap'];

export const servesLabel = (serves: Serves): string => t(`ui.numbers.serves.${serves}`);
export const kindLabel = (kind: LedgerKind): string => t(`ui.numbers.kind.${kind}`);

/** How numbers of a kind mostly read. */
export const usualPattern = (serves: Serves, code: string): string =>
  t(`ui.numbers.pattern.${serves}`, { code });

/** The first number of a pattern. */
export function exampleOf(pattern: string, year: number): string {
  const serial = new RegExp(`\\${t('ui.numbers.sign.serial')}(\\d?)\\}`);
  return pattern
    .replaceAll(t('ui.numbers.sign.year'), String(year))
    .replace(serial, (_, digits: string) => '1'.padStart(Number(digits || '1'), '0'));
}

/** What the keeper calls a series; one that nobody named by where it comes from. */
export function titleOf(series: SeriesRow): string {
  if (series.title) return series.title;
  return t(series.is_open ? 'ui.numbers.shipped' : 'ui.numbers.undeclared');
}

export function periodLabel(series: SeriesRow, period: number): string {
  if (period === 0) return t('ui.numbers.period_all');
  const key = series.reset === 'term' ? 'ui.numbers.period_term' : 'ui.numbers.period_year';
  return t(key, { year: period });
}

/** The number of a line, or which ones are missing. */
export function numberOf(row: LedgerRow): string {
  if (row.number) return row.number;
  if (row.first === row.last) return t('ui.numbers.gap', { numbers: row.first });
  return t('ui.numbers.gap_many', { first: row.first, last: row.last, count: row.last - row.first + 1 });
}
