// A skeleton that shows for a blink is worse than nothing.
import { ref, watch, type Ref } from 'vue';

/** How long something may take before it is said that it does, in milliseconds. */
const SLOW_MS = 200;

/** True once `waits` has lasted so long that it should be seen. */
export function useSlow(waits: () => boolean): Ref<boolean> {
  const slow = ref(false);
  watch(
    waits,
    (now, _, onCleanup) => {
      slow.value = false;
      if (!now) return;
      const timer = setTimeout(() => (slow.value = true), SLOW_MS);
      onCleanup(() => clearTimeout(timer));
    },
    { immediate: true },
  );
  return slow;
}
