// Whether documents come to this person step by step (流程), or as drafts that wait for somebody, and how many do.
import { computed } from 'vue';
import { useCall } from '@/api/query';

export function useTaskInbox() {
  const { data: status, error: noStatus } = useCall('process_status', { process: 'outgoing' });
  const { data: counts, error: noCounts } = useCall('task_counts', {});

  /** The person has or had something to do in a process, or to read. */
  const hasTasks = computed(
    () => (counts.value?.todo ?? 0) + (counts.value?.done ?? 0) + (counts.value?.to_read ?? 0) > 0,
  );
  /** Documents of one's own agency go by 发文办理. */
  const isEnabled = computed(() => status.value !== undefined && status.value.enabled_at !== null);
  const isInForce = computed(() => isEnabled.value || hasTasks.value);
  /** Both questions are answered, or cannot be. */
  const isKnown = computed(
    () => (!!status.value || !!noStatus.value) && (!!counts.value || !!noCounts.value),
  );

  return { counts, hasTasks, isEnabled, isInForce, isKnown };
}
