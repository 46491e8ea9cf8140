// Several tasks at once: only what is read. Nothing is decided, signed or reviewed for many together.
import { computed, reactive, ref, shallowReactive } from 'vue';
import type { TaskDoes, TaskRow, TaskVerdict, TaskView } from '@/api/generated/types';
import { call } from '@/api/transport';
import { showError, toast } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import { nodeOf } from '@/parts/trace';
import { sentenceOf } from '@/parts/notify';
import { isCircled, isOneByOne } from '@/features/inbox/steps';
import { useTaskActs } from '@/features/inbox/useTaskActs';
import { t } from '@/text';

type Form = NonNullable<TaskView['form']>;
/** What is done for many at once: 圈阅 where there is something to consent to, else 已阅. */
type ManyAct = 'circle' | 'read';
/** What the process says of steps: what may be done there for many at once, if anything. */
const known = reactive(new Map<string, ManyAct | undefined>());
const stepOf = ({ process, step, act }: TaskRow): string => [process, step, act].join('/');

/** What an opened task says about its step. */
export function learn({ row, form }: TaskView): void {
  if (row.state === 'todo' && form) known.set(stepOf(row), manyAct(form));
}
/** Never for many what is signed, instructed or reviewed, whatever the process says. */
function manyAct({ visit, batch, binds, online, words, advises }: Form): ManyAct | undefined {
  const node = nodeOf(visit);
  if (!batch || binds || online || advises || words === 'always' || isOneByOne(node)) return undefined;
  return isCircled(node) ? 'circle' : 'read';
}
const manyActOf = (row: TaskRow): ManyAct | undefined => {
  if (row.state === 'to_read') return 'read';
  return row.state === 'todo' ? known.get(stepOf(row)) : undefined;
};
/** Whether it is known that the task may be marked. */
export const mayMark = (row: TaskRow): boolean => manyActOf(row) !== undefined;

const READ: TaskDoes = { kind: 'read', note: '' };
const decided = (verdict: TaskVerdict): TaskDoes => ({
  kind: 'decide',
  verdict,
  words: '',
  items: {},
  chosen: {},
});

const circledOf = (all: readonly TaskRow[]): number =>
  all.filter((row) => manyActOf(row) === 'circle').length;
/** Which word says what is done with all of them. */
export const manyWord = (all: number, circled: number): 'circle' | 'read' | 'both' =>
  circled === 0 ? 'read' : circled === all ? 'circle' : 'both';

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
    if (row.state === 'todo') learn(await call('task_open', { id: row.id }));
    const many = manyActOf(row);
    if (!many) throw new Error(t('ui.mark.one_by_one'));
    const act = row.state === 'to_read' ? READ : decided(many === 'circle' ? 'circle' : 'agree');
    return isWaiting(await call('process_act', { id: row.id, act }));
  }
  /** All that are marked, one after the other; what was refused stays marked. */
  async function readAll(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    const all = [...marked.values()];
    const word = manyWord(all.length, circledOf(all));
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
    if (done > 0) toast(t(`ui.mark.done.${word}`, { count: done }), 'done');
    if (waiting > 0) toast(t(`ui.mark.waits.${word}`, { count: waiting }));
    if (failed > 0) toast(t('ui.mark.failed', { count: failed, reason }), 'trouble');
  }

  return {
    marked,
    many: computed(() => marked.size),
    /** Those among them that are 圈阅. */
    circled: computed(() => circledOf([...marked.values()])),
    busy,
    mark,
    readAll,
    clear: () => marked.clear(),
  };
}
