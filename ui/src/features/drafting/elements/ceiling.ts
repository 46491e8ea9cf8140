// The highest 密级 of this deployment, and what may be chosen beneath it.
import type { ClassificationLevel } from '@/api/generated/types';

const LEVELS: readonly ClassificationLevel[] = ['confidential', 'secret', 'top_secret'];

/** The levels up to `ceiling`; none for `none` and for words that are not known. */
export function levelsWithin(ceiling: string): readonly ClassificationLevel[] {
  const highest = LEVELS.findIndex((level) => level === ceiling);
  return LEVELS.slice(0, highest + 1);
}
