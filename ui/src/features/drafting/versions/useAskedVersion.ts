// `/draft/ID?version=VERSION`: what was found lies in an older version, so that version is what opens.
import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';

/** Calls `show` with the version the address names, now and whenever it names another. */
export function useAskedVersion(show: (id: string) => void): void {
  const route = useRoute();
  const asked = computed(() => (typeof route.query.version === 'string' ? route.query.version : ''));
  watch(
    asked,
    (id) => {
      if (id) show(id);
    },
    { immediate: true },
  );
}
