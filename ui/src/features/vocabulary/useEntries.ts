// The state of one kind of vocabulary on the screen: which entry is chosen, what is being written, how it is kept.
import { computed, ref, watch, type Ref } from 'vue';
import { ask } from '@/parts/ask';
import { showError, toast } from '@/parts/notify';
import { t } from '@/text';

export interface Entry {
  id: string;
}

export function useEntries<Row extends Entry>(options: {
  rows: Ref<readonly Row[] | undefined>;
  blank: () => Row;
  nameOf: (row: Row) => string;
  /** Keeps `row`; `was` is the entry as it was when it was taken up, null for a new one. */
  put: (row: Row, was: Row | null) => Promise<Row>;
  remove: (id: string) => Promise<unknown>;
}) {
  const selected = ref(0);
  /** A copy; nothing is kept until it is saved. */
  const draft = ref<Row>() as Ref<Row | undefined>;
  /** The entry as it was when it was taken up: what others changed since is told from what is changed here. */
  const was = ref<Row>() as Ref<Row | undefined>;
  const failed = ref<unknown>();
  const busy = ref(false);
  const rows = computed(() => options.rows.value ?? []);
  const current = computed(() => rows.value[selected.value]);
  const changed = computed(
    () => draft.value !== undefined && JSON.stringify(draft.value) !== JSON.stringify(was.value),
  );

  const copy = (row: Row): Row => JSON.parse(JSON.stringify(row)) as Row;

  function show(): void {
    failed.value = undefined;
    was.value = current.value ? copy(current.value) : undefined;
    draft.value = current.value ? copy(current.value) : undefined;
  }

  function add(): void {
    failed.value = undefined;
    was.value = undefined;
    draft.value = options.blank();
  }

  async function save(): Promise<boolean> {
    if (!draft.value || busy.value) return false;
    busy.value = true;
    failed.value = undefined;
    try {
      const kept = await options.put(draft.value, was.value ?? null);
      was.value = copy(kept);
      draft.value = copy(kept);
      toast(t('ui.vocabulary.saved', { name: options.nameOf(kept) }), 'done');
      return true;
    } catch (thrown) {
      failed.value = thrown;
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function remove(): Promise<void> {
    const row = current.value;
    if (!row?.id) return;
    const name = options.nameOf(row);
    const yes = await ask({
      title: t('ui.vocabulary.remove'),
      consequence: t('ui.vocabulary.remove_asks', { name }),
      act: t('ui.remove'),
      danger: true,
    });
    if (!yes) return;
    try {
      await options.remove(row.id);
      toast(t('ui.vocabulary.removed', { name }), 'done');
    } catch (thrown) {
      showError(thrown);
    }
  }

  // An entry that is being written stays on the screen while the list changes behind it.
  watch(selected, show);
  watch(
    rows,
    (now, before) => {
      if (selected.value >= now.length) selected.value = Math.max(0, now.length - 1);
      const writing = draft.value !== undefined && before !== undefined && changed.value;
      if (!writing) show();
    },
    { immediate: true },
  );

  return { rows, selected, current, draft, changed, failed, busy, show, add, save, remove };
}
