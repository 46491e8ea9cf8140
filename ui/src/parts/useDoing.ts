// One thing at a time; what went wrong stays beside the form.
import { ref } from 'vue';

export function useDoing() {
  const busy = ref(false);
  const failed = ref<unknown>();

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failed.value = undefined;
    try {
      await work();
    } catch (thrown) {
      failed.value = thrown;
    } finally {
      busy.value = false;
    }
  }

  return { busy, failed, attempt };
}
