// Whether whoever is here keeps the processes of the agency, and a server is there that they run at.
import { computed } from 'vue';
import { inBrowser } from '@/api/transport';
import { useMe } from '@/session/session';

export function useKeeps() {
  const { data: me } = useMe();
  return computed(
    () =>
      me.value?.permissions.includes('keep_vocabulary') === true &&
      (me.value.home === 'replica' || inBrowser()),
  );
}
