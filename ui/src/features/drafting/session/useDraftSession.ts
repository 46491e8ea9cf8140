// Opens the draft that the route names, and closes it when the person leaves.
import {
  onBeforeUnmount,
  onMounted,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type ShallowRef,
} from 'vue';
import { asCallError, onDeskEvent, type CallError } from '@/api/transport';
import { openDraftSession, type DraftSession } from './draftSession';

type Opening =
  { kind: 'opening' } | { kind: 'open'; session: DraftSession } | { kind: 'failed'; error: CallError };

export interface OpenedDraft {
  state: Readonly<ShallowRef<Opening>>;
  /** Opens the draft anew: after 送审 or 撤件 its text may be frozen or free again. */
  reopen(): Promise<void>;
}

export function useDraftSession(id: MaybeRefOrGetter<string>): OpenedDraft {
  const state = shallowRef<Opening>({ kind: 'opening' });
  let turn = 0;

  async function leave(): Promise<void> {
    const last = state.value;
    if (last.kind === 'open') await last.session.close();
  }

  async function open(): Promise<void> {
    turn += 1;
    const mine = turn;
    const leaving = leave();
    state.value = { kind: 'opening' };
    await leaving;
    try {
      const session = await openDraftSession(toValue(id));
      if (mine === turn) state.value = { kind: 'open', session };
      else await session.close();
    } catch (error) {
      if (mine === turn) state.value = { kind: 'failed', error: asCallError(error) };
    }
  }

  const flush = (): void => {
    if (state.value.kind === 'open') void state.value.session.flush();
  };
  onMounted(() => window.addEventListener('blur', flush));
  watch(() => toValue(id), open, { immediate: true });
  const stopEvents = onDeskEvent((event) => {
    const current = state.value.kind === 'open' ? state.value.session.id : undefined;
    if (event.kind === 'reopen' && event.draft_id === current) void open();
  });
  onBeforeUnmount(() => {
    turn += 1;
    stopEvents();
    window.removeEventListener('blur', flush);
    void leave();
  });
  return { state, reopen: open };
}
