// What waits for this person: tasks of a process, and what others submitted where that goes by none.
import { computed } from 'vue';
import { useCall } from '@/api/query';
import { useTaskInbox } from '@/parts/useTaskInbox';

export function useWaiting() {
  const { data: drafts, error: noDrafts } = useCall('draft_counts', {});
  const { counts: tasks, hasTasks, isInForce, isKnown } = useTaskInbox();
  const waiting = computed(() => {
    const own = isInForce.value ? tasks.value : undefined;
    return {
      count: (own?.todo ?? 0) + (drafts.value?.received ?? 0),
      urgent: (own?.urgent ?? 0) + (drafts.value?.received_urgent ?? 0),
    };
  });
  return {
    drafts,
    tasks,
    hasTasks,
    isInForce,
    waiting,
    /** Every question is answered, or cannot be. */
    isKnown: computed(() => isKnown.value && (!!drafts.value || !!noDrafts.value)),
  };
}
