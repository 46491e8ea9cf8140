import type { TaskRow } from '@/api/generated/types';
import { t } from '@/text';

/** What was decided, in a word; empty before. An opinion that was only asked for is neither for nor against. */
export function verdictLabel({ verdict }: TaskRow): string {
  if (!verdict) return '';
  return t(verdict === 'abstain' ? 'ui.task.advised' : `ui.trace.verdict.${verdict}`);
}
