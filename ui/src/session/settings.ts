// Settings of this desk, and the look that follows from them.
import { computed, watch } from 'vue';
import { queryClient, useCall } from '@/api/query';
import type { Settings } from '@/api/generated/types';
import { call } from '@/api/transport';
import { showError } from '@/parts/notify';
import { applyLook, asSize, asTheme } from '@/theme';

const KEY = ['setting_get', {}] as const;

export function useSettings() {
  const query = useCall('setting_get', {});
  const settings = computed(() => query.data.value);

  /** Stores a change. What is seen changes at once and goes back if the desk refuses. */
  async function change(part: Partial<Settings>): Promise<void> {
    const before = settings.value;
    if (!before) return;
    const wanted = { ...before, ...part };
    queryClient.setQueryData(KEY, wanted);
    try {
      queryClient.setQueryData(KEY, await call('setting_put', wanted));
    } catch (thrown) {
      queryClient.setQueryData(KEY, before);
      showError(thrown);
    }
  }

  return { settings, change, error: query.error, refetch: query.refetch };
}

/** Shows the window as the settings say. */
export function useLook(): void {
  const { settings } = useSettings();
  watch(
    () => [settings.value?.theme, settings.value?.size],
    ([theme, size]) => {
      if (theme !== undefined) applyLook(asTheme(theme), asSize(size));
    },
    { immediate: true },
  );
}
