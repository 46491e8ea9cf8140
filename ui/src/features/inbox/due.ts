// How near the day is by which a task should be done.
import type { TaskRow } from '@/api/generated/types';
import { t } from '@/text';

/** Days before the last one from which on it is due soon. */
const SOON_DAYS = 2;

interface Due {
  mark: 'normal' | 'soon' | 'overdue';
  /** Empty while there is time. */
  words: string;
}

/** `days`: from today to the day it is due; what is done is due no more. */
export function dueOf(row: TaskRow, days: number | undefined, now: Date = new Date()): Due {
  if (days === undefined || row.state !== 'todo') return { mark: 'normal', words: '' };
  if (days < 0) return { mark: 'overdue', words: t('ui.task.due.over', { days: -days }) };
  if (Date.parse(row.due_at) < now.getTime()) return { mark: 'overdue', words: t('ui.task.due.just_over') };
  if (days === 0) return { mark: 'soon', words: t('ui.task.due.today') };
  return days <= SOON_DAYS
    ? { mark: 'soon', words: t('ui.task.due.in', { days }) }
    : { mark: 'normal', words: '' };
}
