// Whoever sent a task sees that it was opened: told once for each, after it was looked at for a while.
import { watch, type Ref } from 'vue';
import type { TaskRow } from '@/api/generated/types';
import { call } from '@/api/transport';
import { onLocked } from '@/session/session';

/** Passing over a task is not opening it: so long it must be looked at, in milliseconds. */
const LOOK_MS = 1_500;

const told = new Set<string>();
onLocked(() => told.clear());

/** Whether it was told here that a task was opened. */
export const wasTold = (taskId: string): boolean => told.has(taskId);

/** Whether nothing but the word that it was opened may still be on its way. */
export const isOnlySeen = (row: TaskRow, acted: ReadonlySet<string>): boolean =>
  row.sync === 'waiting' && told.has(row.id) && !acted.has(row.id);

export function useSeeing(current: Ref<TaskRow | undefined>, isOffline: Ref<boolean>) {
  /** Nothing is told without a server: it would hold up the decision that follows. */
  function see(): void {
    const row = current.value;
    if (!row || row.state !== 'todo' || row.seen || row.sync === 'waiting') return;
    if (isOffline.value || told.has(row.id)) return;
    told.add(row.id);
    // That it could not be told is no trouble to the person.
    call('process_act', { id: row.id, act: { kind: 'see' } }).catch(() => undefined);
  }
  watch(
    () => current.value?.id,
    (id, _, onCleanup) => {
      if (!id) return;
      const timer = setTimeout(see, LOOK_MS);
      onCleanup(() => clearTimeout(timer));
    },
    { immediate: true },
  );
  return { see };
}
