// Size of an element as it is now.
import { onBeforeUnmount, reactive, watch, type Ref } from 'vue';

export function useElementSize(element: Ref<HTMLElement | null>) {
  const size = reactive({ width: 0, height: 0 });
  let observer: ResizeObserver | undefined;
  const measure = () => {
    size.width = element.value?.clientWidth ?? 0;
    size.height = element.value?.clientHeight ?? 0;
  };
  // In a dialog the element comes later than the component.
  watch(
    element,
    (now) => {
      observer?.disconnect();
      measure();
      if (!now) return;
      observer = new ResizeObserver(measure);
      observer.observe(now);
    },
    { immediate: true, flush: 'post' },
  );
  onBeforeUnmount(() => observer?.disconnect());
  return size;
}
