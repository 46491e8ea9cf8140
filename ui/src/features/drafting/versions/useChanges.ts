// The changes of a comparison one after another, in the order of the paper, each with its boxes on the pages.
import { computed, ref, watch, type Ref } from 'vue';
import type { PageBox, VersionComparison } from '@/api/generated/types';
import { belongsTo } from '@/features/drafting/places';
import { useShortcuts } from '@/keys';

/** One change on the paper: a paragraph over two pages has two boxes. */
interface Stop {
  place: string;
  boxes: readonly PageBox[];
}

export function useChanges(comparison: Ref<VersionComparison | undefined>, show: (first: PageBox) => void) {
  const stops = computed<readonly Stop[]>(() => {
    const places = comparison.value?.places ?? [];
    const found = new Map<string, PageBox[]>();
    for (const box of [...(comparison.value?.preview.boxes ?? [])].sort(
      (a, b) => a.page - b.page || a.y_mm - b.y_mm,
    )) {
      const place = places.find((one) => belongsTo(box.place, one));
      if (place !== undefined) found.set(place, [...(found.get(place) ?? []), box]);
    }
    return [...found].map(([place, boxes]) => ({ place, boxes }));
  });
  /** Which of them is looked at; -1 before the first step. */
  const at = ref(-1);
  watch(comparison, () => (at.value = -1));

  function step(by: 1 | -1): void {
    const many = stops.value.length;
    if (many === 0) return;
    at.value = at.value < 0 ? (by > 0 ? 0 : many - 1) : (at.value + by + many) % many;
    reveal();
  }
  /** Brings the one that is looked at into sight: again when the pages have another size. */
  function reveal(): void {
    const first = stops.value[at.value]?.boxes[0];
    if (first) show(first);
  }

  const key = (keys: string, label: string, by: 1 | -1) => ({
    keys,
    label: `drafting.key.${label}`,
    whileTyping: true,
    act: () => step(by),
  });
  useShortcuts('drafting.compare', [key('F4', 'change', 1), key('Shift+F4', 'change_back', -1)]);

  /** What is marked on a page. */
  const marksOf = (page: number) =>
    stops.value.flatMap((stop, index) =>
      stop.boxes.filter((box) => box.page === page).map((box) => ({ ...box, current: index === at.value })),
    );
  return { stops, at, step, reveal, marksOf };
}
