// How a finding comes about, turn by turn: which lines carry a token after so many turns.
import { computed, onBeforeUnmount, ref, watch } from 'vue';
import type { FindingStep } from '@/api/generated/types';
import type { Token } from '@/parts/drawing';

/** From one turn to the next while it plays, in milliseconds. */
const PACE_MS = 900;

/** The tokens after so many turns. A token that is taken goes on as one that is put: it is seen to move. */
export function tokensAfter(trace: readonly FindingStep[], turns: number): Token[] {
  let tokens: Token[] = [];
  let made = 0;
  for (const step of trace.slice(0, turns)) {
    const free: number[] = [];
    for (const flow of step.takes) {
      const taken = tokens.find((token) => token.at === flow);
      if (!taken) continue;
      free.push(taken.id);
      tokens = tokens.filter((token) => token !== taken);
    }
    for (const at of step.puts) tokens = [...tokens, { id: free.shift() ?? made++, at }];
  }
  return tokens;
}

export function useTracePlay(trace: () => readonly FindingStep[]) {
  const at = ref(0);
  const playing = ref(false);
  const last = computed(() => trace().length);
  const tokens = computed(() => tokensAfter(trace(), at.value));
  /** The node whose turn it was. */
  const turn = computed(() => trace()[at.value - 1]?.node ?? '');

  const go = (to: number) => (at.value = Math.min(last.value, Math.max(0, to)));
  const forward = () => {
    playing.value = false;
    go(at.value + 1);
  };
  const back = () => {
    playing.value = false;
    go(at.value - 1);
  };
  function toggle(): void {
    if (last.value === 0) return;
    if (!playing.value && at.value === last.value) at.value = 0;
    playing.value = !playing.value;
  }

  let timer: ReturnType<typeof setInterval> | undefined;
  watch(playing, (now) => {
    clearInterval(timer);
    if (!now) return;
    timer = setInterval(() => {
      if (at.value >= last.value) playing.value = false;
      else at.value += 1;
    }, PACE_MS);
  });
  watch(trace, () => {
    playing.value = false;
    at.value = 0;
  });
  onBeforeUnmount(() => clearInterval(timer));

  return { at, last, playing, tokens, turn, forward, back, toggle };
}
