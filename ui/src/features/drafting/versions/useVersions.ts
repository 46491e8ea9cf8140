// Versions of the draft: the time line, one as it stood, two compared as 花脸稿 and 清稿, restore.
import { computed, ref, shallowRef } from 'vue';
import { useCall } from '@/api/query';
import type { VersionComparison, VersionRow } from '@/api/generated/types';
import { call } from '@/api/transport';
import type { DraftSession } from '@/features/drafting/session/draftSession';
import { DESK } from '@/features/drafting/session/roots';
import { fullTime, nearTime } from '@/format/time';
import { ask } from '@/parts/ask';
import { sentenceOf, showError, toast } from '@/parts/notify';
import { t } from '@/text';

/** The name of a version: its own, or why it is there. */
export const versionName = (row: VersionRow): string => row.name || t(`drafting.version.kind.${row.kind}`);

/** The older one as it stood; what changed since, marked (花脸稿); the newer one (清稿). */
export type Way = 'old' | 'marked' | 'clean';

export function useVersions(session: DraftSession) {
  const { data, isPending, isFetching, error, refetch } = useCall('version_list', { id: session.id });
  const rows = computed<readonly VersionRow[]>(() => data.value ?? []);
  const comparison = shallowRef<VersionComparison>();
  const compared = shallowRef<{ from: VersionRow; to: VersionRow | null }>();
  const way = ref<Way>('marked');
  const isComparing = ref(false);
  const trouble = ref('');
  let turn = 0;

  async function save(name: string): Promise<void> {
    try {
      await session.settle();
      const row = await call('version_save', { draft_id: session.id, name });
      toast(t('drafting.version.saved', { name: row.name }), 'done');
      await refetch();
    } catch (thrown) {
      showError(thrown);
    }
  }

  async function compare(from: VersionRow, to: VersionRow | null, as: Way = 'marked'): Promise<void> {
    turn += 1;
    const mine = turn;
    compared.value = { from, to };
    way.value = as;
    isComparing.value = true;
    trouble.value = '';
    try {
      await session.settle();
      const newer = as === 'old' ? from.id : (to?.id ?? null);
      const args = { draft_id: session.id, from: from.id, to: newer, clean: as !== 'marked' };
      const made = await call('version_compare', args);
      if (mine === turn) comparison.value = made;
    } catch (thrown) {
      if (mine === turn) trouble.value = sentenceOf(thrown);
    } finally {
      if (mine === turn) isComparing.value = false;
    }
  }

  /** Shows a version as it stood, by its id; asks the desk again before it says that there is none. */
  async function show(id: string): Promise<void> {
    const known = (all: readonly VersionRow[] | undefined) => all?.find((row) => row.id === id);
    const row = known(data.value) ?? known((await refetch()).data);
    if (row) await compare(row, null, 'old');
    else toast(t('drafting.version.gone'), 'trouble');
  }

  async function restore(row: VersionRow): Promise<void> {
    const isSure = await ask({
      title: t('drafting.version.restore.title', { name: versionName(row) }),
      consequence: t('drafting.version.restore.consequence', { at: nearTime(row.at) || fullTime(row.at) }),
      act: t('drafting.version.restore'),
    });
    if (!isSure) return;
    try {
      await session.settle();
      const update = await call('version_restore', { draft_id: session.id, version_id: row.id });
      session.apply(update, DESK);
      // Steps before the restored text would undo into a text that is gone.
      session.undoManager.clear();
      toast(t('drafting.version.restored', { name: versionName(row) }), 'done');
      await refetch();
    } catch (thrown) {
      showError(thrown);
    }
  }

  function close(): void {
    turn += 1;
    compared.value = undefined;
    comparison.value = undefined;
  }

  return {
    rows,
    isLooking: computed(() => isPending.value || isFetching.value),
    /** Asks again: versions come by themselves while one writes. */
    look: () => void refetch(),
    error,
    comparison,
    compared,
    way,
    isComparing,
    trouble,
    save,
    compare,
    show,
    restore,
    close,
  };
}

export type Versions = ReturnType<typeof useVersions>;
