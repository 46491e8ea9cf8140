// 催办: how often somebody was reminded of a task, by whom, and with which word.
import type { TaskRow } from '@/api/generated/types';
import { fullTime } from '@/format/time';
import { t } from '@/text';

/** In one sentence; empty for a task of which nobody was reminded, or that is done. */
export function urgedWords(row: TaskRow): string {
  if (row.state !== 'todo' || row.urged_times === 0) return '';
  const by = row.urged_by ? t('ui.task.urged.by', { name: row.urged_by }) : t('ui.task.urged.late');
  const note = row.urged_note ? t('ui.task.urged.note', { note: row.urged_note }) : '';
  return t('ui.task.urged', { by, at: fullTime(row.urged_at), times: row.urged_times }) + note;
}
