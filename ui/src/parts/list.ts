// A list as screens show it: what is asked, what is selected and stays so, the large look, where the keys go.
import { computed, nextTick, onMounted, ref, useTemplateRef, watch, type Ref } from 'vue';
import { usePagedRows } from '@/parts/pagedRows';
import { useSlow } from '@/parts/slow';

/** What the rows of a list are drawn from. */
export interface ListShown<Row> {
  row: (index: number) => Row | undefined;
  total: Readonly<Ref<number | undefined>>;
  error: Readonly<Ref<unknown>>;
  slow: Readonly<Ref<boolean>>;
  selected: Readonly<Ref<number>>;
  choose: (index: number) => void;
  want: (first: number, end: number) => void;
  retry: () => void;
}

/** A word is looked for when the hand pauses this long, in milliseconds. */
const PAUSE_MS = 200;

/** What is typed, and what is asked for once the hand pauses. */
export function useSearched() {
  const text = ref('');
  const asked = ref('');
  watch(text, (now, _, onCleanup) => {
    const timer = setTimeout(() => (asked.value = now.trim()), PAUSE_MS);
    onCleanup(() => clearTimeout(timer));
  });
  return { text, asked };
}

/** Whether the hand is in what stands above a list. */
export const isAbove = (): boolean => Boolean(document.activeElement?.closest('header, [role="tablist"]'));

/** The screen that calls it names its `ListRows`, or its `RegisterRoom`, `rows`. */
export function useList<Row extends { id: string }, Query>(
  options: Parameters<typeof usePagedRows<Row, Query>>[0] & {
    /** The hand is elsewhere: rows that arrive do not take the keys. */
    staysAway?: () => boolean;
  },
) {
  const { row, find, total, error, want, retry } = usePagedRows(options);
  const rows = useTemplateRef<{
    focus: () => void;
    select: (index: number) => void;
    toField?: () => void;
  }>('rows');
  const selected = ref(0);
  const looking = ref(false);
  const current = computed(() => row(selected.value));
  const slow = useSlow(() => total.value === undefined && !error.value);

  watch(options.query, () => (selected.value = 0));
  // Where the list moves under the selection, it stays with its row.
  watch([selected, current], ([at, now], [before, held]) => {
    if (at !== before || !now || !held?.id || now.id === held.id) return;
    selected.value = find((one) => one.id === held.id) ?? at;
  });
  watch(total, (many, before) => {
    if (many !== undefined && selected.value >= many) selected.value = Math.max(0, many - 1);
    if (many !== undefined && before === undefined && !options.staysAway?.()) void nextTick(toList);
  });

  const choose = (index: number): void => {
    selected.value = index;
  };
  const step = (by: number): void => rows.value?.select(selected.value + by);
  const toList = (): void => rows.value?.focus();
  /** To where words are looked for, in a register. */
  const toField = (): void => rows.value?.toField?.();
  /** Does something about the selected row, if there is one. */
  const onCurrent = (act: (row: Row) => unknown) => () => {
    if (current.value) void act(current.value);
  };
  const look = (): void => {
    if (current.value) looking.value = true;
  };
  async function closeLook(): Promise<void> {
    looking.value = false;
    await nextTick();
    toList();
  }
  /** Space looks; `others` have their own keys. Answers nothing: the key is used up. */
  const onKey =
    (others: Readonly<Record<string, () => unknown>> = {}) =>
    (event: KeyboardEvent): void => {
      const act = event.key === ' ' ? look : others[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
  onMounted(toList);

  const shown: ListShown<Row> = { row, total, error, slow, selected, choose, want, retry };
  const keys = { step, toList, toField, onKey };
  return { shown, row, total, selected, current, ...keys, onCurrent, looking, look, closeLook };
}
