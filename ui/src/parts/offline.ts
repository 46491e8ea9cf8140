// Whether a joined desk has no network at the moment.
import { computed } from 'vue';
import { useCall } from '@/api/query';

export function useOffline() {
  const { data: sync } = useCall('sync_status', {});
  const isOffline = computed(() => sync.value?.joined === true && !sync.value.online);
  return { sync, isOffline };
}
