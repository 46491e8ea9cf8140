// Stretches of days in words.
import { longDay } from '@/format/time';
import { t } from '@/text';

/** 自 … 至 …; both ends may be open. */
export function periodText(from: string | null, through: string | null): string {
  if (from && through) return t('ui.person.period', { from: longDay(from), through: longDay(through) });
  if (from) return t('ui.person.since', { from: longDay(from) });
  if (through) return t('ui.person.until', { through: longDay(through) });
  return t('ui.person.unrecorded');
}

/** The day before, for what ends as of that day. */
export function dayBefore(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - 1);
  return at.toISOString().slice(0, 10);
}
