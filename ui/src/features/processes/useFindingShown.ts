// A finding that is looked at: its places in the drawing, and its trace as it plays, by the keys too.
import { computed, ref, watch } from 'vue';
import type { ProcessView } from '@/api/generated/types';
import { useShortcuts } from '@/keys';
import type { BoxMark } from '@/parts/drawing';
import { useTracePlay } from './tracePlay';

/** Keys that a focused control has its own use for stay with it; only the chosen finding gives them up. */
function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  const control = target.closest('button, a, input, select, textarea, summary, [role="button"]');
  return control !== null && !control.matches('[data-finding][aria-pressed="true"]');
}

export function useFindingShown(view: () => ProcessView | undefined) {
  const chosen = ref(-1);
  const finding = computed(() => view()?.findings[chosen.value]);
  const play = useTracePlay(() => finding.value?.trace ?? []);
  // Findings of another definition are other ones.
  watch(
    () => view()?.definition,
    () => (chosen.value = -1),
  );

  const marks = computed<Record<string, BoxMark>>(() => ({
    ...(play.turn.value ? { [play.turn.value]: 'turn' as const } : {}),
    ...Object.fromEntries((finding.value?.places ?? []).map((place) => [place, 'problem' as const])),
  }));
  const wrong = computed(() => new Set(finding.value?.places));
  /** What should be in sight. */
  const box = computed(() => {
    if (play.turn.value) return play.turn.value;
    const boxes = new Set(view()?.flow.shapes.map((shape) => shape.id));
    return finding.value?.places.find((place) => boxes.has(place)) ?? '';
  });
  const turnTitle = computed(() => {
    const shape = view()?.flow.shapes.find((one) => one.id === play.turn.value);
    return shape?.lines.join('') || play.turn.value;
  });

  const whilePlayable = (act: () => void) => (event: KeyboardEvent) => {
    if (play.last.value === 0 || isElsewhere(event)) return;
    event.preventDefault();
    act();
  };
  useShortcuts('ui.studio.tab.findings', [
    { keys: 'ArrowLeft', label: 'ui.studio.play.back', yields: true, act: whilePlayable(play.back) },
    { keys: 'ArrowRight', label: 'ui.studio.play.forward', yields: true, act: whilePlayable(play.forward) },
    { keys: 'Space', label: 'ui.studio.play.toggle', yields: true, act: whilePlayable(play.toggle) },
  ]);

  return { chosen, finding, marks, wrong, box, turnTitle, play };
}
