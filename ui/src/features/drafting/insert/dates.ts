// A day in the forms that documents use. Days are `2026-01-05`; months and days are never padded in print.
import { chineseNumeral } from '@/features/drafting/editor/numbering';
import { partsOf, type Day } from '@/format/day';

const DIGITS = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** 2026年1月5日 */
export function printedDay(day: string): string {
  const parts = partsOf(day);
  return parts ? `${parts.year}年${parts.month}月${parts.day}日` : '';
}

const inChinese = ({ year, month, day }: Day): string =>
  `${[...String(year)].map((digit) => DIGITS[Number(digit)]).join('')}年${chineseNumeral(month)}月${chineseNumeral(day)}日`;

/** The forms of a day, the ordinary one first. */
export function dateForms(day: string): string[] {
  const parts = partsOf(day);
  if (!parts) return [];
  const { year, month } = parts;
  const half = month <= 6 ? '上半年' : '下半年';
  const quarter = chineseNumeral(Math.ceil(month / 3));
  return [
    printedDay(day),
    `${year}年${month}月`,
    `${month}月${parts.day}日`,
    inChinese(parts),
    `${year}年${half}`,
    `${year}年第${quarter}季度`,
    `截至${printedDay(day)}`,
  ];
}
