// One thing at a time; what went wrong stays beside the form.
import { ref } from 'vue';

export function useDoing() {
  const busy = ref(false);
  const failed = ref<unknown>();

  /** Answers whether it went through. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    failed.value = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      failed.value = thrown;
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, failed, attempt };
}
