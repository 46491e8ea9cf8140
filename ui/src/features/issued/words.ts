// How the list of issued documents is looked at, and its words.
import type { IssuedRow, IssuedStatus, PublishLight } from '@/api/generated/types';

const STATUSES: readonly IssuedStatus[] = ['effective', 'amended', 'lapsed', 'repealed', 'revoked'];
export const SHELVES = ['all', ...STATUSES, 'ending', 'unpublished'] as const;
export type Shelf = (typeof SHELVES)[number];

/** Days ahead in which a last day is told of. */
const ENDING_DAYS = 90;

export const CONCLUSIONS = ['keep', 'amend', 'repeal', 'lapse'] as const;

/** What is asked for. */
export const askedFor = (shelf: Shelf) => ({
  status: STATUSES.find((one) => one === shelf) ?? null,
  ending_within: shelf === 'ending' ? ENDING_DAYS : null,
  unpublished: shelf === 'unpublished',
});

/** The mark beside a line: what presses first, then how it stands. */
export function markOf(row: IssuedRow): 'normal' | 'soon' | 'overdue' | 'settled' | 'refused' {
  const lights: Record<PublishLight, 'normal' | 'soon' | 'overdue'> = {
    green: 'normal',
    yellow: 'soon',
    red: 'overdue',
  };
  if (row.publish_light) return lights[row.publish_light];
  return row.status === 'effective' || row.status === 'amended' ? 'settled' : 'refused';
}
