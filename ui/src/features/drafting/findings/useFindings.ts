// What the checker found in the draft: asked for after the text has come to rest, fixed or kept with a reason.
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { FindingRow } from '@/api/generated/types';
import { call, onStale } from '@/api/transport';
import type { PreviewState } from '@/features/drafting/page/usePreview';
import type { DraftSession } from '@/features/drafting/session/draftSession';
import { FIX } from '@/features/drafting/session/roots';
import { showError } from '@/parts/notify';

/** Strengths from the hardest. Others come last. */
const STRENGTHS = ['规定', '原则上', '一般', '推荐', '实务'] as const;
/** The strength that stands in the way of 送审. */
const HARD = '规定';
/** Milliseconds of rest before the text is checked. */
const REST_MS = 500;

interface FindingGroup {
  strength: string;
  rows: FindingRow[];
}

export interface FindingsState {
  readonly rows: Readonly<ShallowRef<readonly FindingRow[]>>;
  readonly open: ComputedRef<readonly FindingRow[]>;
  readonly kept: ComputedRef<readonly FindingRow[]>;
  readonly hard: ComputedRef<readonly FindingRow[]>;
  readonly groups: ComputedRef<readonly FindingGroup[]>;
  /** The open ones as the list shows them. */
  readonly ordered: ComputedRef<readonly FindingRow[]>;
  /** Key of the one that was jumped to last. */
  readonly current: Ref<string>;
  readonly isChecked: Ref<boolean>;
  /** Counts the fixes made: what stands selected then is other text than what was selected. */
  readonly fixed: Ref<number>;
  check(): Promise<void>;
  /** The finding after the current one, in the order of the list, round again at the end. */
  step(by: 1 | -1): FindingRow | undefined;
  fix(row: FindingRow, fix: number): Promise<void>;
  keep(row: FindingRow, reason: string): Promise<void>;
}

function grouped(rows: readonly FindingRow[]): FindingGroup[] {
  const names = [...new Set([...STRENGTHS, ...rows.map((row) => row.strength)])];
  return names
    .map((strength) => ({ strength, rows: rows.filter((row) => row.strength === strength) }))
    .filter((group) => group.rows.length > 0);
}

export function useFindings(session: DraftSession, preview: PreviewState): FindingsState {
  const rows = shallowRef<readonly FindingRow[]>([]);
  const current = ref('');
  const isChecked = ref(false);
  const fixed = ref(0);
  const open = computed(() => rows.value.filter((row) => row.kept_reason === ''));
  const kept = computed(() => rows.value.filter((row) => row.kept_reason !== ''));
  const groups = computed(() => grouped(open.value));
  const ordered = computed(() => groups.value.flatMap((group) => group.rows));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function check(): Promise<void> {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    try {
      const found = await call('check_run', { id: session.id });
      if (mine !== turn) return;
      rows.value = found;
      isChecked.value = true;
    } catch (error) {
      if (mine === turn && !isChecked.value) showError(error);
    }
  }

  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), REST_MS);
  };
  const stops = [
    preview.onChange(soon),
    onStale((tags) => {
      if (tags.includes('findings')) soon();
    }),
  ];
  onScopeDispose(() => {
    turn += 1;
    clearTimeout(timer);
    stops.forEach((stop) => stop());
  });
  void check();

  return {
    rows,
    open,
    kept,
    groups,
    ordered,
    hard: computed(() => open.value.filter((row) => row.strength === HARD)),
    current,
    isChecked,
    fixed,
    check,
    step(by) {
      const rows = ordered.value;
      const at = rows.findIndex((row) => row.key === current.value);
      const next = at < 0 ? (by === 1 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length;
      const row = rows[next];
      if (row) current.value = row.key;
      return row;
    },
    async fix(row, fix) {
      try {
        await session.settle();
        const update = await call('check_fix', { draft_id: session.id, key: row.key, fix });
        session.undoManager.stopCapturing();
        session.apply(update, FIX);
        session.undoManager.stopCapturing();
        fixed.value += 1;
        await check();
      } catch (error) {
        showError(error);
      }
    },
    async keep(row, reason) {
      try {
        await call('check_keep', { draft_id: session.id, key: row.key, reason });
        if (reason && current.value === row.key) current.value = '';
        await check();
      } catch (error) {
        showError(error);
      }
    },
  };
}
