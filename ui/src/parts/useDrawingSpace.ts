// Moving about in a drawing: larger, smaller, fitted to the width, moved by dragging.
import { computed, nextTick, onBeforeUnmount, ref, watch, type Ref } from 'vue';
import type { DrawingView } from '@/api/generated/types';
import { useElementSize } from '@/parts/elementSize';

/** The words of a box, in hundredths of a millimetre: at full size as large as those of the screen. */
const FONT = 350;
const SMALLEST = 0.25;
const LARGEST = 3;
const STEP = 1.2;
/** A drag begins after so many pixels: before, it is a click. */
const DRAG_FROM = 4;

const bounded = (size: number): number => Math.min(LARGEST, Math.max(SMALLEST, size));
const rootFont = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14;

export function useDrawingSpace(pane: Ref<HTMLElement | null>, drawing: () => DrawingView) {
  const size = useElementSize(pane);
  /** What somebody has chosen; nothing: fitted to the width. */
  const chosen = ref<number>();
  const fitted = computed(() => {
    const whole = (drawing().width * rootFont()) / FONT;
    return size.width > 0 && whole > 0 ? bounded(Math.min(1, (size.width - 4) / whole)) : 1;
  });
  const zoom = computed(() => chosen.value ?? fitted.value);
  /** Pixels of one hundredth of a millimetre. */
  const scale = computed(() => (zoom.value * rootFont()) / FONT);

  /** Another size, while what lies at a point of the pane stays there. */
  function zoomTo(next: number | undefined, at?: { x: number; y: number }): void {
    const element = pane.value;
    const point = at ?? { x: size.width / 2, y: size.height / 2 };
    const before = scale.value;
    chosen.value = next === undefined ? undefined : bounded(next);
    const ratio = scale.value / before;
    if (!element || ratio === 1) return;
    const left = (element.scrollLeft + point.x) * ratio - point.x;
    const top = (element.scrollTop + point.y) * ratio - point.y;
    void nextTick(() => Object.assign(element, { scrollLeft: left, scrollTop: top }));
  }
  const larger = () => zoomTo(zoom.value * STEP);
  const smaller = () => zoomTo(zoom.value / STEP);
  const fit = () => zoomTo(undefined);

  function wheel(event: WheelEvent): void {
    if (!event.ctrlKey || !pane.value) return;
    event.preventDefault();
    const frame = pane.value.getBoundingClientRect();
    zoomTo(zoom.value * (event.deltaY < 0 ? STEP : 1 / STEP), {
      x: event.clientX - frame.left,
      y: event.clientY - frame.top,
    });
  }
  // Only a listener that is not passive may keep the page from growing.
  watch(
    pane,
    (now, was) => {
      was?.removeEventListener('wheel', wheel);
      now?.addEventListener('wheel', wheel, { passive: false });
    },
    { immediate: true, flush: 'post' },
  );

  let held: { x: number; y: number; left: number; top: number } | undefined;
  const isDragged = ref(false);
  function grab(event: PointerEvent): void {
    if (event.button !== 0 || event.pointerType === 'touch' || !pane.value) return;
    const { scrollLeft: left, scrollTop: top } = pane.value;
    held = { x: event.clientX, y: event.clientY, left, top };
    isDragged.value = false;
    window.addEventListener('pointermove', drag);
    window.addEventListener('pointerup', release, { once: true });
  }
  function drag(event: PointerEvent): void {
    if (!held || !pane.value) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (Math.hypot(dx, dy) > DRAG_FROM) isDragged.value = true;
    if (isDragged.value) Object.assign(pane.value, { scrollLeft: held.left - dx, scrollTop: held.top - dy });
  }
  function release(): void {
    held = undefined;
    window.removeEventListener('pointermove', drag);
    // The click that ends a drag comes after this.
    setTimeout(() => (isDragged.value = false));
  }
  onBeforeUnmount(() => {
    pane.value?.removeEventListener('wheel', wheel);
    window.removeEventListener('pointermove', drag);
    window.removeEventListener('pointerup', release);
  });

  /** Brings a place into sight, with something around it; or into the middle. */
  function reveal(box: { x: number; y: number; w: number; h: number }, inMiddle = false): void {
    const element = pane.value;
    if (!element) return;
    if (inMiddle) {
      element.scrollLeft = (box.x + box.w / 2) * scale.value - size.width / 2;
      element.scrollTop = (box.y + box.h / 2) * scale.value - size.height / 2;
      return;
    }
    const margin = 40;
    const head = drawing().head * scale.value;
    const [left, right] = [box.x * scale.value - margin, (box.x + box.w) * scale.value + margin];
    const [top, bottom] = [box.y * scale.value - margin - head, (box.y + box.h) * scale.value + margin];
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + size.width) element.scrollLeft = right - size.width;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + size.height) element.scrollTop = bottom - size.height;
  }

  const isMeasured = computed(() => size.width > 0);

  return { zoom, scale, isMeasured, larger, smaller, fit, grab, isDragged, reveal };
}
