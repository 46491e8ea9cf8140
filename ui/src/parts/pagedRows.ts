// Rows of a long list, fetched a page at a time as they come into sight. Old rows stay until new ones are there.
import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import type { Tag } from '@/api/generated/types';
import { onStale } from '@/api/transport';

interface Fetched<Row> {
  total: number;
  rows: readonly Row[];
}

/** Rows fetched at once. */
const PAGE = 200;
/** A page that flies past is not worth fetching: wait until the list stands this long, in milliseconds. */
const SETTLE_MS = 40;
/** What moves by less than this at once is read along the way: its pages, and the next one, are fetched at once. */
const STROLL = PAGE / 4;
/** Pages kept on either side of the window. */
const KEPT = 20;
/** Changes come in bursts (autosave): follow at this pace, in milliseconds. */
const FOLLOW_MS = 300;

export function usePagedRows<Row, Query>(options: {
  query: Ref<Query>;
  fetch: (query: Query, offset: number, limit: number) => Promise<Fetched<Row>>;
  /** Tags that concern the rows. */
  staleBy: Tag | readonly Tag[];
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
      pages.value = new Map(near(page)).set(page, answer.rows);
      total.value = answer.total;
      error.value = undefined;
    } catch (thrown) {
      if (asked === generation) error.value = thrown;
    } finally {
      if (asked === generation) underway.delete(page);
    }
  }

  /** The pages that stay when this one comes: a long walk through a long list keeps the memory it began with. */
  const near = (page: number) => [...pages.value].filter(([other]) => Math.abs(other - page) <= KEPT);

  const pagesOf = (first: number, end: number): number[] => {
    const from = Math.floor(Math.max(first, 0) / PAGE);
    const last = Math.floor(Math.max(end - 1, 0) / PAGE);
    return Array.from({ length: last - from + 1 }, (_, offset) => from + offset);
  };
  const pagesInSight = (): number[] => pagesOf(...wanted);

  function fill(wantedPages = pagesInSight()): void {
    for (const page of wantedPages) if (!pages.value.has(page) && !underway.has(page)) void load(page);
  }

  /** Says which rows are in sight, `end` excluded. */
  function want(first: number, end: number): void {
    const moved = first - wanted[0];
    wanted = [first, end];
    clearTimeout(settle);
    if (total.value !== undefined && moved !== 0 && Math.abs(moved) < STROLL) {
      const ahead = moved > 0 ? pagesOf(first, end + PAGE / 2) : pagesOf(first - PAGE / 2, end);
      fill(ahead.filter((page) => page * PAGE < (total.value ?? 0)));
    } else settle = setTimeout(fill, SETTLE_MS);
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

  const staleBy = [options.staleBy].flat();
  const stop = onStale((tags) => {
    if (!staleBy.some((tag) => tags.includes(tag))) return;
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

  /** Where the first row is that `fits`, among those that are here. */
  function find(fits: (row: Row) => boolean): number | undefined {
    for (const [page, rows] of pages.value) {
      const at = rows.findIndex(fits);
      if (at >= 0) return page * PAGE + at;
    }
    return undefined;
  }

  return { row, find, total, error, want, refresh, retry: begin };
}
