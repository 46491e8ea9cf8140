// Long work of the desk that tells how far it is.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { onDeskEvent } from '@/api/transport';

export interface Progress {
  label: string;
  done: number;
  total: number;
}

export function useProgress() {
  const progress = ref<Progress>();
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = onDeskEvent((event) => {
      if (event.kind !== 'progress') return;
      const finished = event.total > 0 && event.done >= event.total;
      progress.value = finished ? undefined : { label: event.label, done: event.done, total: event.total };
    });
  });
  onBeforeUnmount(() => stop?.());
  return progress;
}
