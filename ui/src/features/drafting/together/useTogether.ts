// 共同起草: who writes along, who is here now, what came late, and what the author does about it.
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import { useCall } from '@/api/query';
import type { AuthorSpan, CommandOutcome, LateRow, LateView, Here } from '@/api/generated/types';
import { call, canCall, onDeskEvent } from '@/api/transport';
import type { DraftSession } from '@/features/drafting/session/draftSession';
import { ask } from '@/parts/ask';
import { showError, toast } from '@/parts/notify';
import { t } from '@/text';

/** Between two tellings of one's own cursor, in milliseconds. */
const TELL_MS = 120;
/** What waits to be sent is counted anew so long after something was saved, in milliseconds. */
const COUNT_MS = 1_000;

export function useTogether(session: DraftSession) {
  const { data, error, refetch } = useCall('co_drafter_list', { id: session.id });
  const state = computed(() => data.value);
  const lasting = computed(() => (data.value?.people ?? []).filter((person) => person.lasts));
  const isShared = computed(() => (data.value?.people ?? []).length > 0);
  const open = computed(() => (data.value?.late ?? []).filter((row) => row.state === 'open'));
  const told = shallowRef<Here>({ turn: 0, people: [] });
  const here = computed(() => told.value.people);
  /** Names of those who are here, each once. */
  const names = computed(() => [...new Set(here.value.map((person) => person.name))]);
  const late = shallowRef<LateView>();
  const isBusy = ref(false);

  /** Takes who is here: what was said later holds, also where an earlier word arrives after it. */
  function hear(said: Here): void {
    if (said.turn > told.value.turn) told.value = said;
  }
  let counting: ReturnType<typeof setTimeout> | undefined;
  const stopEvents = onDeskEvent((event) => {
    if (event.kind === 'present' && event.draft_id === session.id) hear(event.here);
    if (event.kind === 'saved' && event.draft_id === session.id && isShared.value) {
      counting ??= setTimeout(() => {
        counting = undefined;
        void refetch();
      }, COUNT_MS);
    }
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cursor = '';
  /** Tells the others where the cursor is, at a pace they can follow. */
  function tell(at: string): void {
    cursor = at;
    if (!isShared.value || !canCall('live_cursor')) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      // A cursor that nobody sees is no trouble to the person.
      call('live_cursor', { id: session.id, cursor }).then(hear, () => undefined);
    }, TELL_MS);
  }
  // Whoever was here before this page listened is in the answer.
  watch(isShared, () => tell(cursor), { immediate: true });

  function say(outcome: CommandOutcome, done: string): boolean {
    if (outcome.kind === 'rejected') toast(outcome.reason, 'trouble');
    else if (outcome.kind === 'waiting') toast(t('drafting.outcome.waiting', { act: done }));
    else toast(done, 'done');
    return outcome.kind !== 'rejected';
  }
  async function during(act: () => Promise<void>): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    try {
      await act();
      await refetch();
    } catch (thrown) {
      showError(thrown);
    } finally {
      isBusy.value = false;
    }
  }

  const invite = (personId: string, name: string, through: string | null): Promise<void> =>
    during(async () => {
      const args = { id: session.id, person_id: personId, through_on: through };
      say(await call('co_drafter_invite', args), t('drafting.together.invited', { name }));
    });
  async function remove(invitationId: string, name: string): Promise<void> {
    const isSure = await ask({
      title: t('drafting.together.remove.title', { name }),
      consequence: t('drafting.together.remove.consequence', { name }),
      act: t('drafting.together.remove'),
    });
    if (!isSure) return;
    await during(async () => {
      const args = { id: session.id, invitation_id: invitationId };
      say(await call('co_drafter_remove', args), t('drafting.together.removed', { name }));
    });
  }
  const look = (row: LateRow): Promise<void> =>
    during(async () => {
      await session.settle();
      late.value = await call('late_view', { id: session.id, branch_id: row.id });
    });
  const settle = (row: LateRow, accept: boolean): Promise<void> =>
    during(async () => {
      await session.settle();
      const done = t(accept ? 'drafting.late.accepted' : 'drafting.late.declined', { name: row.name });
      if (say(await call('late_settle', { id: session.id, branch_id: row.id, accept }), done)) {
        late.value = undefined;
      }
    });

  const spans = shallowRef<readonly AuthorSpan[]>();
  /** Shows who wrote what, or hides it again. */
  async function turnWritten(): Promise<void> {
    if (spans.value) {
      spans.value = undefined;
      return;
    }
    await during(async () => {
      await session.settle();
      spans.value = await call('draft_authorship', { id: session.id });
    });
  }

  onBeforeUnmount(() => {
    clearTimeout(timer);
    clearTimeout(counting);
    stopEvents();
  });
  return {
    state,
    error,
    lasting,
    isShared,
    open,
    here,
    names,
    late,
    isBusy,
    spans,
    tell,
    invite,
    remove,
    look,
    settle,
    turnWritten,
    closeLate: (): void => void (late.value = undefined),
  };
}

export type Together = ReturnType<typeof useTogether>;
