// Several tasks at once: only what is read. Nothing is decided, signed or reviewed for many together.
import { computed, reactive, ref, shallowReactive } from 'vue';
import type { TaskDoes, TaskRow, TaskView } from '@/api/generated/types';
import { call } from '@/api/transport';
import { showError, toast } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import { sentenceOf } from '@/parts/notify';
import { useTaskActs } from '@/features/inbox/useTaskActs';
import { t } from '@/text';

/** Steps of which the process says whether they may be done for many at once. */
const known = reactive(new Map<string, boolean>());
const stepOf = ({ process, step, act }: TaskRow): string => [process, step, act].join('/');

/** What an opened task says about its step. */
export function learn({ row, form }: TaskView): void {
  if (row.state === 'todo' && form) known.set(stepOf(row), form.batch);
}
/** Whether it is known that the task may be marked. */
export const mayMark = (row: TaskRow): boolean =>
  row.state === 'to_read' || (row.state === 'todo' && known.get(stepOf(row)) === true);

const READ: TaskDoes = { kind: 'read', note: '' };
const AGREE: TaskDoes = { kind: 'decide', verdict: 'agree', words: '', items: {}, chosen: {} };

export function useMarked() {
  const marked = shallowReactive(new Map<string, TaskRow>());
  const busy = ref(false);
  const { acted } = useTaskActs();

  /** Asks the process where it is not known yet. */
  async function isBatch(row: TaskRow): Promise<boolean> {
    if (row.state === 'todo' && !known.has(stepOf(row))) learn(await call('task_open', { id: row.id }));
    return mayMark(row);
  }
  async function mark(row: TaskRow, on = !marked.has(row.id)): Promise<void> {
    if (!on) {
      marked.delete(row.id);
      return;
    }
    try {
      if (await isBatch(row)) marked.set(row.id, row);
      else toast(t('ui.mark.one_by_one'));
    } catch (thrown) {
      showError(thrown);
    }
  }

  /** One of them; whether it waits for the server. */
  async function read(row: TaskRow): Promise<boolean> {
    // What the desk learnt of a step is asked once more of the task itself.
    if (row.state === 'todo' && !(await call('task_open', { id: row.id })).form?.batch)
      throw new Error(t('ui.mark.one_by_one'));
    const act = row.state === 'to_read' ? READ : AGREE;
    return isWaiting(await call('process_act', { id: row.id, act }));
  }
  /** All that are marked, one after the other; what was refused stays marked. */
  async function readAll(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    const all = [...marked.values()];
    let waiting = 0;
    let reason = '';
    for (const row of all) {
      try {
        if (await read(row)) waiting += 1;
        acted.value.add(row.id);
        marked.delete(row.id);
      } catch (thrown) {
        reason ||= sentenceOf(thrown);
      }
    }
    busy.value = false;
    const failed = marked.size;
    const done = all.length - failed - waiting;
    if (done > 0) toast(t('ui.mark.done', { count: done }), 'done');
    if (waiting > 0) toast(t('ui.mark.waits', { count: waiting }));
    if (failed > 0) toast(t('ui.mark.failed', { count: failed, reason }), 'trouble');
  }

  return {
    marked,
    many: computed(() => marked.size),
    busy,
    mark,
    readAll,
    clear: () => marked.clear(),
  };
}
