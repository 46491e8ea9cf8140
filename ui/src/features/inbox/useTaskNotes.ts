// The pages of the task that is chosen are written on while its form says so.
import { computed } from 'vue';
import { provideNotes } from '@/parts/pageNotes';
import { typedFor } from '@/features/inbox/typed';

/** `taskId`: the task that may be decided now. */
export function useTaskNotes(taskId: () => string | undefined): void {
  const typed = computed(() => {
    const id = taskId();
    return id === undefined ? undefined : typedFor(id);
  });
  provideNotes({
    writing: computed(() => typed.value?.isMarking ?? false),
    notes: computed(() => typed.value?.notes ?? new Map()),
  });
}
