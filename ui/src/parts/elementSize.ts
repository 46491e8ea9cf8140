// Size of an element as it is now.
import { onBeforeUnmount, onMounted, reactive, type Ref } from 'vue';

export function useElementSize(element: Ref<HTMLElement | null>) {
  const size = reactive({ width: 0, height: 0 });
  let observer: ResizeObserver | undefined;
  const measure = () => {
    size.width = element.value?.clientWidth ?? 0;
    size.height = element.value?.clientHeight ?? 0;
  };
  onMounted(() => {
    measure();
    observer = new ResizeObserver(measure);
    if (element.value) observer.observe(element.value);
  });
  onBeforeUnmount(() => observer?.disconnect());
  return size;
}
