import type { TaskRow } from '@/api/generated/types';
import { t } from '@/text';

/** Whether it was given to be read (传阅) and not to be decided: it belongs to no step of the process. */
export const isReading = ({ state, step }: TaskRow): boolean => state === 'to_read' || step === '';

/** What was decided, in a word; empty before. An opinion that was only asked for is neither for nor against. */
export function verdictLabel(row: TaskRow): string {
  if (row.state === 'done' && isReading(row)) return t('ui.task.read');
  if (!row.verdict) return '';
  return t(row.verdict === 'abstain' ? 'ui.task.advised' : `ui.trace.verdict.${row.verdict}`);
}
