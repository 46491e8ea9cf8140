import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { mount } from '@vue/test-utils';
import { defineComponent, ref } from 'vue';
import { usePagedRows } from '@/parts/pagedRows';

const TOTAL = 100_000;

function rowsOf(asked: number[]) {
  let rows!: ReturnType<typeof usePagedRows<number, string>>;
  mount(
    defineComponent({
      setup() {
        rows = usePagedRows({
          query: ref(''),
          staleBy: 'drafts',
          fetch: async (_query, offset, limit) => {
            asked.push(offset / limit);
            return { total: TOTAL, rows: Array.from({ length: limit }, (_, at) => offset + at) };
          },
        });
        return () => null;
      },
    }),
  );
  return rows;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('has the next page before a reader who scrolls steadily gets there', async () => {
  const asked: number[] = [];
  const rows = rowsOf(asked);
  await vi.advanceTimersByTimeAsync(1);
  for (let first = 0; first < 1000; first += 3) {
    rows.want(first, first + 30);
    await vi.advanceTimersByTimeAsync(16);
    expect(rows.row(first + 29), `row ${first + 29} is not there when it comes into sight`).toBe(first + 29);
  }
});

it('fetches only where a flight through the list ends', async () => {
  const asked: number[] = [];
  const rows = rowsOf(asked);
  await vi.advanceTimersByTimeAsync(1);
  for (let first = 0; first <= 90_000; first += 3000) {
    rows.want(first, first + 30);
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([0, 450]);
  expect(rows.row(90_000)).toBe(90_000);
});

it('forgets pages that lie far behind', async () => {
  const rows = rowsOf([]);
  await vi.advanceTimersByTimeAsync(1);
  for (const first of [0, 50_000]) {
    rows.want(first, first + 30);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(rows.row(0)).toBeUndefined();
  expect(rows.row(50_000)).toBe(50_000);
});
