// Where the desk opens: at what waits for somebody, else at one's own drafts; whoever administers and does not draft
// begins where that work is.
import { watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useWaiting } from '@/parts/useWaiting';
import { useMe } from '@/session/session';
import { administrationOf } from '@/shell/administration';

export function useStart(): void {
  const route = useRoute();
  const router = useRouter();
  const { data: me } = useMe();
  const { waiting, isKnown } = useWaiting();

  function first(): string | undefined {
    if (!me.value) return undefined;
    const administers = me.value.permissions.includes('draft')
      ? undefined
      : administrationOf(me.value.permissions)[0];
    if (administers) return administers.name;
    if (route.name !== 'start' || !isKnown.value) return undefined;
    return waiting.value.count > 0 ? 'inbox' : 'drafts';
  }
  watch(
    [first, () => route.name],
    ([name, at]) => {
      if (name && (at === 'start' || at === 'drafts')) void router.replace({ name });
    },
    { immediate: true },
  );
}
