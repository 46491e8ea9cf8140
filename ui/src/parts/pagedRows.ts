// Rows of a long list, fetched a page at a time as they come into sight. Old rows stay until new ones are there.
import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import { onStale } from '@/api/transport';

interface Fetched<Row> {
  total: number;
  rows: readonly Row[];
}

/** Rows fetched at once. */
const PAGE = 200;
/** A page that flies past is not worth fetching: wait until the list stands this long, in milliseconds. */
const SETTLE_MS = 40;
/** Changes come in bursts (autosave): follow at this pace, in milliseconds. */
const FOLLOW_MS = 300;

export function usePagedRows<Row, Query>(options: {
  query: Ref<Query>;
  fetch: (query: Query, offset: number, limit: number) => Promise<Fetched<Row>>;
  staleBy: string;
}) {
  /** Replaced as a whole with every page that arrives. */
  const pages = shallowRef<ReadonlyMap<number, readonly Row[]>>(new Map());
  const total = shallowRef<number>();
  const error = shallowRef<unknown>();
  /** Rises when the question changes; answers to older questions are dropped. */
  let generation = 0;
  let wanted: readonly [number, number] = [0, 1];
  const underway = new Set<number>();
  let settle: ReturnType<typeof setTimeout> | undefined;
  let follow: ReturnType<typeof setTimeout> | undefined;

  async function load(page: number): Promise<void> {
    const asked = generation;
    underway.add(page);
    try {
      const answer = await options.fetch(options.query.value, page * PAGE, PAGE);
      if (asked !== generation) return;
      pages.value = new Map(pages.value).set(page, answer.rows);
      total.value = answer.total;
      error.value = undefined;
    } catch (thrown) {
      if (asked === generation) error.value = thrown;
    } finally {
      if (asked === generation) underway.delete(page);
    }
  }

  const pagesInSight = (): number[] => {
    const first = Math.floor(wanted[0] / PAGE);
    const last = Math.floor(Math.max(wanted[1] - 1, 0) / PAGE);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  };

  function fill(): void {
    for (const page of pagesInSight()) if (!pages.value.has(page) && !underway.has(page)) void load(page);
  }

  /** Says which rows are in sight, `end` excluded. */
  function want(first: number, end: number): void {
    wanted = [first, end];
    clearTimeout(settle);
    settle = setTimeout(fill, SETTLE_MS);
  }

  /** Asks the same question again. Rows out of sight are dropped; rows in sight stay until replaced. */
  async function refresh(): Promise<void> {
    generation += 1;
    underway.clear();
    const sight = pagesInSight();
    const kept = new Map([...pages.value].filter(([page]) => sight.includes(page)));
    pages.value = kept;
    await Promise.all(sight.map(load));
  }

  function begin(): void {
    generation += 1;
    underway.clear();
    wanted = [0, 1];
    pages.value = new Map();
    total.value = undefined;
    error.value = undefined;
    void load(0);
  }

  const stop = onStale((tags) => {
    if (!tags.includes(options.staleBy)) return;
    follow ??= setTimeout(() => {
      follow = undefined;
      void refresh();
    }, FOLLOW_MS);
  });
  onBeforeUnmount(() => {
    stop();
    clearTimeout(settle);
    clearTimeout(follow);
  });
  watch(options.query, begin, { immediate: true });

  const row = (index: number): Row | undefined => pages.value.get(Math.floor(index / PAGE))?.[index % PAGE];

  return { row, total, error, want, refresh, retry: begin };
}
