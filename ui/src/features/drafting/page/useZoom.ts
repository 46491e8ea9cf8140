// How large the pages are shown: fitted to the pane's width, a whole page at once, or a fixed part of life size.
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from 'vue';
import type { PageShape } from '@/api/generated/types';

type ZoomMode = 'width' | 'page' | number;

/** Fixed sizes, in percent of life size. */
export const PERCENTS: readonly number[] = [50, 75, 100, 125, 150, 200];
const PX_PER_MM = 96 / 25.4;
const MARGIN_PX = 14;

export interface Zoom {
  readonly mode: Ref<ZoomMode>;
  /** CSS pixels to one millimetre. */
  readonly pxPerMm: ComputedRef<number>;
  readonly percent: ComputedRef<number>;
  /** Pixel density to ask pictures for, in steps, so that small changes of the pane ask for nothing new. */
  readonly scale: ComputedRef<number>;
  set(mode: ZoomMode): void;
  step(by: 1 | -1): void;
}

export function useZoom(pane: Readonly<Ref<HTMLElement | null>>, shape: () => PageShape | undefined): Zoom {
  const mode = ref<ZoomMode>('width');
  const width = ref(600);
  const height = ref(800);
  let observer: ResizeObserver | undefined;

  onMounted(() => {
    if (!pane.value || typeof ResizeObserver === 'undefined') return;
    observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      width.value = entry.contentRect.width;
      height.value = entry.contentRect.height;
    });
    observer.observe(pane.value);
  });
  onBeforeUnmount(() => observer?.disconnect());

  const pxPerMm = computed(() => {
    const { width_mm: wide, height_mm: high } = shape() ?? { width_mm: 210, height_mm: 297 };
    if (typeof mode.value === 'number') return (PX_PER_MM * mode.value) / 100;
    const byWidth = Math.max(120, width.value - MARGIN_PX * 2) / wide;
    if (mode.value === 'width') return byWidth;
    return Math.min(byWidth, Math.max(160, height.value - MARGIN_PX * 2) / high);
  });
  const percent = computed(() => Math.round((pxPerMm.value / PX_PER_MM) * 100));
  const scale = computed(() => {
    const density = typeof window === 'undefined' ? 1 : window.devicePixelRatio || 1;
    return Math.min(4, Math.max(0.5, Math.ceil(((pxPerMm.value * density) / PX_PER_MM) * 4) / 4));
  });

  return {
    mode,
    pxPerMm,
    percent,
    scale,
    set(to) {
      mode.value = to;
    },
    step(by) {
      const now = percent.value;
      const next = by === 1 ? PERCENTS.find((one) => one > now) : PERCENTS.findLast((one) => one < now);
      if (next !== undefined) mode.value = next;
    },
  };
}
