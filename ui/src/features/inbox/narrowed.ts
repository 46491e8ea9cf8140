// How a list of tasks is narrowed, and the searches that were kept under a name (常用筛选).
import { computed, type Ref } from 'vue';
import type { LocationQuery } from 'vue-router';
import type { SavedSearch, TaskList } from '@/api/generated/types';
import { useSettings } from '@/session/settings';

/** What is asked besides words. */
export type Narrowed = Omit<SavedSearch, 'name' | 'text'>;

export const EVERYTHING: Narrowed = { process: '', late: false, lain_days: 0 };
export const PROCESSES = ['outgoing', 'incoming'] as const;
/** Days from which on something has lain long enough to be asked for. */
export const LAIN = [1, 4, 8] as const;

export const isNarrowed = (now: Narrowed): boolean => now.process !== '' || now.late || now.lain_days > 0;
/** What is asked of the desk. */
export const askedOf = (now: Narrowed): Pick<TaskList, 'process' | 'late' | 'lain_days'> => ({
  ...(now.process ? { process: now.process } : {}),
  ...(now.late ? { late: true } : {}),
  ...(now.lain_days > 0 ? { lain_days: now.lain_days } : {}),
});
/** How an address asks for it: figures lead to the list so. */
export const narrowedBy = (query: LocationQuery): Narrowed => ({
  process: PROCESSES.find((one) => one === query.process) ?? '',
  late: query.late === 'true',
  lain_days: LAIN.find((days) => String(days) === query.lain) ?? 0,
});

export function useSearches(text: Ref<string>, narrowed: Ref<Narrowed>) {
  const { settings, change } = useSettings();
  const searches = computed(() => settings.value?.searches ?? []);
  const now = computed(() => ({ text: text.value.trim(), ...narrowed.value }));
  /** The one that is asked now. */
  const applied = computed(() =>
    searches.value.find(
      (one) =>
        one.text === now.value.text &&
        one.process === now.value.process &&
        one.late === now.value.late &&
        one.lain_days === now.value.lain_days,
    ),
  );

  function apply(search: SavedSearch): void {
    text.value = search.text;
    narrowed.value = { process: search.process, late: search.late, lain_days: search.lain_days };
  }
  function clear(): void {
    text.value = '';
    narrowed.value = EVERYTHING;
  }
  const isTaken = (name: string): boolean => searches.value.some((one) => one.name === name);
  const keep = (name: string) => change({ searches: [...searches.value, { name, ...now.value }] });
  const rename = (old: string, name: string) =>
    change({ searches: searches.value.map((one) => (one.name === old ? { ...one, name } : one)) });
  const remove = (name: string) => change({ searches: searches.value.filter((one) => one.name !== name) });

  return { searches, applied, apply, clear, isTaken, keep, rename, remove };
}
