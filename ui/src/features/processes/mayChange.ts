// Who may change how documents go: the keeper of an agency's records, where there is a server.
import { computed } from 'vue';
import { inBrowser } from '@/api/transport';
import { useMe } from '@/session/session';

export function useMayChange() {
  const { data: me } = useMe();
  return computed(
    () =>
      me.value?.permissions.includes('keep_vocabulary') === true &&
      (me.value.home === 'replica' || inBrowser()),
  );
}
