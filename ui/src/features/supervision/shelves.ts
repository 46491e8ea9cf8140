// How the ledger is looked at: by how its items stand.
import type { SupervisionCounts, SupervisionLight } from '@/api/generated/types';

export const SHELVES = ['all', 'on_time', 'soon', 'overdue', 'ready', 'closed'] as const;
export type Shelf = (typeof SHELVES)[number];

export const lightOf = (shelf: Shelf): SupervisionLight | null => (shelf === 'all' ? null : shelf);

/** How many stand there. */
export function countOf(shelf: Shelf, counts: SupervisionCounts): number {
  const { running, soon, overdue, ready, closed } = counts;
  if (shelf === 'all') return running + closed;
  return shelf === 'on_time' ? running - soon - overdue - ready : counts[shelf];
}
