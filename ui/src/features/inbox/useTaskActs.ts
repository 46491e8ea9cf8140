// Sending what is done about a task, and saying how it ended.
import { ref } from 'vue';
import { useRouter } from 'vue-router';
import type { CommandOutcome, TaskDoes, TaskRow } from '@/api/generated/types';
import { asCallError, call } from '@/api/transport';
import { showError, toast, toastUndo } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import { useOffline } from '@/parts/offline';
import { follow } from '@/features/inbox/sending';
import { forget } from '@/features/inbox/typed';
import { wasTold } from '@/features/inbox/useSeeing';
import { useSettings } from '@/session/settings';
import { t } from '@/text';

/** Tasks about which something was done here and now. */
const acted = ref(new Set<string>());

const nameOf = (row: TaskRow): string => row.title || t('ui.drafts.untitled');
/** The word that a task was opened may still be on its way: so often, and so long each time, it is waited for. */
const TURNS = 6;
const TURN_MS = 400;

/** Decisions are held for a while in which they may be taken back; anything else goes at once. */
const HELD: readonly TaskDoes['kind'][] = ['decide', 'return'];

async function give(row: TaskRow, act: TaskDoes, hold: number): Promise<CommandOutcome> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await call('process_act', { id: row.id, act, ...(hold > 0 ? { hold_seconds: hold } : {}) });
    } catch (thrown) {
      const seesFirst = asCallError(thrown).key === 'process.act_waits' && wasTold(row.id);
      if (!seesFirst || turn >= TURNS) throw thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
}

export function useTaskActs() {
  const router = useRouter();
  const { settings } = useSettings();
  const { sync, isOffline } = useOffline();

  const open = (row: TaskRow) => {
    if (row.process === 'supervision') return router.push({ name: 'supervision' });
    return router.push({
      name: row.process === 'incoming' ? 'incoming-document' : 'draft',
      params: { id: row.draft_id },
    });
  };

  /**
   * Sends an act; throws what was refused, so that it is said beside the form. `done` is the act in words.
   * What waits for the server is held first, and may be taken back until it is sent; what was decided at once
   * and can be undone is offered for taking back.
   */
  async function send(row: TaskRow, act: TaskDoes, done: string, undoable = false): Promise<void> {
    const hold = sync.value?.joined && HELD.includes(act.kind) ? (settings.value?.undo_seconds ?? 0) : 0;
    const outcome = await give(row, act, hold);
    const waits = isWaiting(outcome);
    acted.value.add(row.id);
    const fields = { act: done, title: nameOf(row) };
    if (waits && hold === 0 && isOffline.value) {
      toast(t('ui.task.waits', fields));
      return;
    }
    if (waits) {
      // Words wait with what waits: it may be taken back, or refused.
      const undone = () => void acted.value.delete(row.id);
      follow(row, fields, hold, { sent: () => forget(row.id), undone });
      return;
    }
    forget(row.id);
    if (undoable) toastUndo(t('ui.task.done', fields), () => void takeBack(row), t('ui.task.take_back'));
    else toast(t('ui.task.done', fields), 'done');
  }

  /** 收回 */
  async function takeBack(row: TaskRow): Promise<void> {
    try {
      await send(row, { kind: 'take_back' }, t('ui.task.take_back'));
    } catch (thrown) {
      showError(thrown);
    }
  }

  return { acted, open, send, takeBack };
}
