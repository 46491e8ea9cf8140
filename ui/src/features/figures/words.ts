// Words and spans of 办理统计.
import { t } from '@/text';

/** From how many days on the list is asked for that a figure of an age counts; the first counts today's. */
export const LAIN_FROM = [0, 1, 4, 8] as const;

/** The month of a day and those before it, as `2026-03`, the newest first. */
export function lastMonths(day: string, many: number): string[] {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  return Array.from({ length: many }, (_, back) => {
    const at = new Date(Date.UTC(year, month - 1 - back, 1));
    return at.toISOString().slice(0, 7);
  });
}

/** Minutes as a person says them: `40 分钟`, `5 小时`, `2 天 3 小时`. */
export function tookWords(minutes: number | null): string {
  if (minutes === null) return t('ui.figures.no_time');
  if (minutes < 60) return t('ui.figures.minutes', { count: minutes });
  const hours = Math.round(minutes / 60);
  if (hours < 24) return t('ui.figures.hours', { count: hours });
  return t('ui.figures.days', { days: Math.floor(hours / 24), hours: hours % 24 });
}
