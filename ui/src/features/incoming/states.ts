// How the register is looked at: by where its documents stand.
import type { IncomingCounts, IncomingList } from '@/api/generated/types';

export const SHELVES = ['open', 'handling', 'late', 'closed', 'sent_back', 'all'] as const;
export type Shelf = (typeof SHELVES)[number];

/** What is asked for. */
export const askedFor = (shelf: Shelf): Pick<IncomingList, 'state' | 'late'> => {
  if (shelf === 'all') return { state: null, late: false };
  return shelf === 'late' ? { state: 'handling', late: true } : { state: shelf, late: false };
};

/** How many stand there; those that are late are among those that are handled. */
export const countOf = (shelf: Shelf, counts: IncomingCounts): number =>
  shelf === 'all' ? counts.open + counts.handling + counts.closed + counts.sent_back : counts[shelf];
