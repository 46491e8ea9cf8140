// 版式体检: the measured ink of the pages against the layout table, while it is switched on.
import {
  computed,
  onScopeDispose,
  ref,
  shallowRef,
  watch,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from 'vue';
import type { Proof, ProofLine } from '@/api/generated/types';
import { call } from '@/api/transport';
import type { DraftSession } from '@/features/drafting/session/draftSession';
import { sentenceOf } from '@/parts/notify';
import type { PreviewState } from './usePreview';

/** Milliseconds of rest before the pages are measured again. */
const REST_MS = 700;
const RANK: Record<string, number> = { fail: 0, practice: 1, pass: 2 };

export interface ProofState {
  readonly isOn: Ref<boolean>;
  readonly proof: Readonly<ShallowRef<Proof | undefined>>;
  readonly isMeasuring: Ref<boolean>;
  readonly trouble: Ref<string>;
  /** Lines with what needs looking at first. */
  readonly lines: ComputedRef<readonly ProofLine[]>;
  readonly failed: ComputedRef<number>;
  /** Id of the line that is pointed at. */
  readonly current: Readonly<Ref<string>>;
  toggle(): void;
  /** Points at a line, in the list and on the page. */
  point(line: ProofLine): void;
}

/** A number of a line as people say it: 35 mm, 2 行; a bare count without a unit. */
export const amount = (value: number, unit: string): string =>
  [String(Number(value.toFixed(2))), unit].join(' ').trim();

export const lineKey = (line: ProofLine): string => `${line.id}@${line.page}`;

export function useProof(session: DraftSession, preview: PreviewState): ProofState {
  const isOn = ref(false);
  const proof = shallowRef<Proof>();
  const isMeasuring = ref(false);
  const trouble = ref('');
  const current = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function measure(): Promise<void> {
    turn += 1;
    const mine = turn;
    isMeasuring.value = true;
    try {
      await session.settle();
      const measured = await call('preview_proof', { id: session.id });
      if (mine !== turn) return;
      proof.value = measured;
      trouble.value = '';
    } catch (error) {
      if (mine === turn) trouble.value = sentenceOf(error);
    } finally {
      if (mine === turn) isMeasuring.value = false;
    }
  }

  watch(isOn, (on) => {
    if (on) void measure();
  });
  const stop = preview.onChange(() => {
    if (!isOn.value) return;
    clearTimeout(timer);
    timer = setTimeout(() => void measure(), REST_MS);
  });
  onScopeDispose(() => {
    turn += 1;
    clearTimeout(timer);
    stop();
  });

  const lines = computed(() =>
    [...(proof.value?.lines ?? [])].sort(
      (a, b) => (RANK[a.verdict] ?? 9) - (RANK[b.verdict] ?? 9) || a.page - b.page,
    ),
  );
  return {
    isOn,
    proof,
    isMeasuring,
    trouble,
    lines,
    failed: computed(() => lines.value.filter((line) => line.verdict === 'fail').length),
    current,
    toggle() {
      isOn.value = !isOn.value;
    },
    point(line) {
      current.value = lineKey(line);
    },
  };
}
