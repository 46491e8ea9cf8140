// How near the day is by which something should be done.
import { daysLeft, daysSince } from '@/format/time';
import { t } from '@/text';

/** Days before the last one from which on it is due soon. */
const SOON_DAYS = 2;

interface Due {
  mark: 'normal' | 'soon' | 'overdue';
  /** Empty while there is time. */
  words: string;
}

/** `limit`: an instant in UTC, or empty. What is done is due no more. */
export function dueOf(limit: string, isOpen: boolean, now: Date = new Date()): Due {
  const days = daysLeft(limit, now);
  if (days === undefined || !isOpen) return { mark: 'normal', words: '' };
  if (days < 0) return { mark: 'overdue', words: t('ui.task.due.over', { days: -days }) };
  if (Date.parse(limit) < now.getTime()) return { mark: 'overdue', words: t('ui.task.due.just_over') };
  if (days === 0) return { mark: 'soon', words: t('ui.task.due.today') };
  return days <= SOON_DAYS
    ? { mark: 'soon', words: t('ui.task.due.in', { days }) }
    : { mark: 'normal', words: '' };
}

/** How long something has lain where it is, in calendar days; empty on the first day. */
export function lainWords(since: string, now: Date = new Date()): string {
  const days = daysSince(since, now) ?? 0;
  return days > 0 ? t('ui.task.lain', { days }) : '';
}
