// What waits for this person: tasks of a process, and what others submitted where that goes by none.
import { computed } from 'vue';
import { useCall } from '@/api/query';
import { useTaskInbox } from '@/parts/useTaskInbox';

export function useWaiting() {
  const { data: drafts, error: noDrafts } = useCall('draft_counts', {});
  const { counts: tasks, hasTasks, isInForce, isKnown } = useTaskInbox();
  const submitted = computed(() => ({
    count: drafts.value?.received ?? 0,
    urgent: drafts.value?.received_urgent ?? 0,
  }));
  /** As many as the list of 待办 shows: what was submitted before a process came is named above it and not counted. */
  const waiting = computed(() =>
    isInForce.value ? { count: tasks.value?.todo ?? 0, urgent: tasks.value?.urgent ?? 0 } : submitted.value,
  );
  const hasAny = computed(() => waiting.value.count + submitted.value.count > 0);
  return {
    drafts,
    tasks,
    hasTasks,
    isInForce,
    waiting,
    /** Something waits, in the list or from before. */
    hasAny,
    /** Every question is answered, or cannot be. */
    isKnown: computed(() => isKnown.value && (!!drafts.value || !!noDrafts.value)),
  };
}
