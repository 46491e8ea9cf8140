// 整体移交: everything that waits for somebody goes to somebody else, step by step as each step allows it.
import { ref } from 'vue';
import type { TaskRow } from '@/api/generated/types';
import { call } from '@/api/transport';
import { sentenceOf, toast } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import type { Person } from '@/parts/person';
import { useTaskActs } from '@/features/inbox/useTaskActs';
import { t } from '@/text';

/** Tasks that are asked for at once. */
const PAGE = 200;

async function everyTask(): Promise<TaskRow[]> {
  const all: TaskRow[] = [];
  for (;;) {
    const query = { state: 'todo' as const, text: '', offset: all.length, limit: PAGE };
    const { rows, total } = await call('task_list', query);
    all.push(...rows);
    if (rows.length === 0 || all.length >= total) return all;
  }
}

export function useHandOver() {
  const busy = ref(false);
  const { acted } = useTaskActs();

  /** Whether it waits for the server; `undefined` where the step stays with whoever has it. */
  async function hand(row: TaskRow, to: Person, note: string): Promise<boolean | undefined> {
    const { form } = await call('task_open', { id: row.id });
    if (!form?.may.includes('transfer')) return undefined;
    const act = { kind: 'transfer' as const, to: to.id, note };
    const waits = isWaiting(await call('process_act', { id: row.id, act }));
    acted.value.add(row.id);
    return waits;
  }

  /** What was refused, and what may not be handed over, stays and is said. */
  async function handOver(to: Person, note: string): Promise<void> {
    busy.value = true;
    const count = { done: 0, waiting: 0, kept: 0 };
    let reason = '';
    try {
      for (const row of await everyTask()) {
        if (row.sync === 'waiting') {
          count.kept += 1;
          continue;
        }
        try {
          const waits = await hand(row, to, note);
          if (waits === undefined) count.kept += 1;
          else if (waits) count.waiting += 1;
          else count.done += 1;
        } catch (thrown) {
          count.kept += 1;
          reason ||= sentenceOf(thrown);
        }
      }
    } finally {
      busy.value = false;
    }
    const { name } = to;
    if (count.done > 0) toast(t('ui.hand_over.done', { count: count.done, name }), 'done');
    if (count.waiting > 0) toast(t('ui.hand_over.waits', { count: count.waiting, name }));
    if (count.kept > 0) {
      const why = reason || t('ui.hand_over.own');
      toast(t('ui.hand_over.kept', { count: count.kept, reason: why }), 'trouble');
    }
  }

  return { busy, handOver };
}
