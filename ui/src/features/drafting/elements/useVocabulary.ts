// Agencies and people of the vocabulary, for completion; found by name, short name, pinyin and initials at the desk.
import { computed, type ComputedRef } from 'vue';
import { useCall } from '@/api/query';
import type { AgencyRow, Direction } from '@/api/generated/types';

/** Something to complete to. */
export interface Offer {
  id: string;
  /** What is written. */
  text: string;
  /** What tells it from others. */
  detail: string;
}

const OFFERS = 8;

/** Offers for what was typed; none for nothing. */
export function useOffers(kind: 'agency' | 'person', text: () => string): ComputedRef<Offer[]> {
  const query = computed(() => ({ text: text().trim(), limit: OFFERS }));
  const enabled = computed(() => query.value.text !== '');
  const agencies = useCall('agency_list', query, {
    enabled: computed(() => enabled.value && kind === 'agency'),
    keepPrevious: true,
  });
  const people = useCall('person_list', query, {
    enabled: computed(() => enabled.value && kind === 'person'),
    keepPrevious: true,
  });
  return computed(() => {
    if (!enabled.value) return [];
    if (kind === 'agency') {
      return (agencies.data.value ?? []).map((row) => ({
        id: row.id,
        text: row.name,
        detail: row.short_name,
      }));
    }
    return (people.data.value ?? []).map((row) => ({ id: row.id, text: row.name, detail: row.post }));
  });
}

const normal = (name: string): string => name.trim().replace(/[：:，,]$/, '');

export interface Agencies {
  /** The agency or 统称 of that name or short name. */
  find(name: string): AgencyRow | undefined;
  /** The direction that these recipients make; `undefined` where they are not known or do not agree. */
  direction(recipients: readonly string[]): Direction | undefined;
}

const DIRECTIONS: Record<AgencyRow['relation'], Direction | undefined> = {
  own: undefined,
  superior: 'upward',
  peer: 'level',
  unrelated: 'level',
  subordinate: 'downward',
};

/** The whole vocabulary by name. */
export function useAgencies(): Agencies {
  const { data } = useCall('agency_list', { text: '', limit: 500 });
  const byName = computed(() => {
    const map = new Map<string, AgencyRow>();
    for (const row of data.value ?? []) {
      if (row.short_name) map.set(row.short_name, row);
      map.set(row.name, row);
    }
    return map;
  });
  const find = (name: string): AgencyRow | undefined => byName.value.get(normal(name));
  return {
    find,
    direction(recipients) {
      const found = recipients.map((name) => find(name)?.relation);
      const directions = new Set(found.map((relation) => relation && DIRECTIONS[relation]));
      return directions.size === 1 ? [...directions][0] : undefined;
    },
  };
}
