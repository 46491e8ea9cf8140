// The last word of the desk about what was written.
import { onBeforeUnmount, onMounted, ref } from 'vue';
import { onDeskEvent } from '@/api/transport';

export function useSaved() {
  const savedAt = ref('');
  const trouble = ref('');
  let stop: (() => void) | undefined;

  onMounted(() => {
    stop = onDeskEvent((event) => {
      if (event.kind === 'saved') {
        savedAt.value = event.at;
        trouble.value = '';
      }
      if (event.kind === 'not_saved') trouble.value = event.sentence;
    });
  });
  onBeforeUnmount(() => stop?.());

  return { savedAt, trouble };
}
