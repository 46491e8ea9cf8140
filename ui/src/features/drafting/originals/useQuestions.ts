// What the import of this draft was not sure about: answered by an edit, or settled as it stands.
import { onScopeDispose, shallowRef } from 'vue';
import type { OriginalQuestion } from '@/api/generated/types';
import { call } from '@/api/transport';
import type { Drafting } from '@/features/drafting/context';
import { FIX } from '@/features/drafting/session/roots';
import { showError, toast, toastUndo } from '@/parts/notify';
import { t } from '@/text';

/** The draft is looked at again when its page has rested this long, in milliseconds. */
const REST_MS = 400;

export function useQuestions({ session, preview }: Drafting) {
  const rows = shallowRef<readonly OriginalQuestion[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function look(): Promise<void> {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    try {
      const found = await call('original_questions', { id: session.id });
      if (mine === turn) rows.value = found;
    } catch (error) {
      if (mine === turn) showError(error);
    }
  }
  // An undone answer is a question again, a title written anew is none.
  const stop = preview.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), REST_MS);
  });
  onScopeDispose(() => {
    turn += 1;
    clearTimeout(timer);
    stop();
  });

  async function settle(key: string, reason: string): Promise<void> {
    await call('check_keep', { draft_id: session.id, key, reason });
    await look();
  }
  async function during(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      showError(error);
    }
  }

  return {
    rows,
    look,
    /** Takes an answer; the one the draft holds already, or none, settles the question as it stands. */
    answer: (row: OriginalQuestion, option: number | null) =>
      during(async () => {
        if (option === null || option === row.held) {
          await settle(row.key, t('drafting.import.settled'));
          toastUndo(t('drafting.import.kept'), () => void during(() => settle(row.key, '')));
          return;
        }
        await session.settle();
        const update = await call('original_answer', { draft_id: session.id, key: row.key, option });
        session.undoManager.stopCapturing();
        session.apply(update, FIX);
        session.undoManager.stopCapturing();
        const step = session.undoManager.undoStack.at(-1);
        await look();
        toastUndo(t('drafting.import.answered'), () => {
          // What was written after it is not what one means to take back.
          if (session.undoManager.undoStack.at(-1) === step) session.undo();
          else toast(t('drafting.import.written_since'));
        });
      }),
  };
}
