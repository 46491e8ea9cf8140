// What was decided at a desk that waits for a server: held for a while in which it may be taken back, then sent.
// It is said to be sent when it was, and to wait when the network is not there.
import type { TaskRow } from '@/api/generated/types';
import { asCallError, call, onStale } from '@/api/transport';
import { dismiss, showError, toast, toastUndo } from '@/parts/notify';
import { t } from '@/text';

/** After it is due it should be there this soon, in milliseconds; what takes longer is said to wait. */
const SOON_MS = 2_500;

interface Underway {
  fields: { act: string; title: string };
  /** From when on it may be sent: milliseconds of the page's clock. */
  due: number;
  /** It was said that it waits. */
  isTold: boolean;
  isAsking: boolean;
  toast: number;
  then: { sent: () => void; undone: () => void };
}

/** By the id of its task. */
const underway = new Map<string, Underway>();

async function look(id: string): Promise<void> {
  const one = underway.get(id);
  if (!one || one.isAsking || performance.now() < one.due) return;
  one.isAsking = true;
  const sync = await call('task_open', { id }).then(
    (view) => view.row.sync,
    // Whoever decided and no longer sees it has decided; a locked desk says nothing.
    (thrown: unknown) => (asCallError(thrown).code === 'locked' ? undefined : ('settled' as const)),
  );
  one.isAsking = false;
  if (underway.get(id) !== one || sync === undefined) return;
  if (sync === 'waiting') {
    if (!one.isTold && performance.now() >= one.due + SOON_MS) {
      one.isTold = true;
      toast(t('ui.task.waits', one.fields));
    }
    return;
  }
  underway.delete(id);
  dismiss(one.toast);
  if (sync === 'refused') return;
  one.then.sent();
  toast(t('ui.task.sent', one.fields), 'done');
}
onStale((tags) => {
  if (tags.includes('tasks') || tags.includes('sync')) for (const id of underway.keys()) void look(id);
});

/** Takes it back before it is sent; afterwards it says that it is too late. */
async function undo(id: string): Promise<void> {
  const one = underway.get(id);
  if (!one) return;
  try {
    if (!(await call('sync_take_back', { id }))) {
      toast(t('ui.task.sent_already'), 'trouble');
      return;
    }
    underway.delete(id);
    one.then.undone();
    toast(t('ui.task.withdrawn', one.fields));
  } catch (thrown) {
    showError(thrown);
  }
}

/** Follows what was decided about a task, held for `seconds`, until it was sent or taken back. */
export function follow(
  row: TaskRow,
  fields: Underway['fields'],
  seconds: number,
  then: Underway['then'],
): void {
  const held = seconds * 1_000;
  const shown =
    seconds > 0
      ? toastUndo(
          t('ui.task.held', { ...fields, count: seconds }),
          () => void undo(row.id),
          t('ui.task.withdraw'),
          held,
        )
      : toast(t('ui.task.sending', fields));
  const due = performance.now() + held;
  underway.set(row.id, { fields, due, isTold: false, isAsking: false, toast: shown, then });
  for (const after of [SOON_MS / 5, SOON_MS + 1]) setTimeout(() => void look(row.id), held + after);
}
