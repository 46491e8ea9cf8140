// What can be done with a draft from a list.
import { useRouter } from 'vue-router';
import type { DraftRow } from '@/api/generated/types';
import { call } from '@/api/transport';
import { ask } from '@/parts/ask';
import { showError, toast, toastUndo } from '@/parts/notify';
import { t } from '@/text';

/** The title as it stands in a sentence. */
const nameOf = (row: DraftRow): string => row.title || t('ui.drafts.untitled');

export function useDraftActs() {
  const router = useRouter();

  async function attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      showError(thrown);
    }
  }

  const open = (row: DraftRow) => router.push({ name: 'draft', params: { id: row.id } });

  /** Moves to the bin; eight seconds to take it back, and the bin keeps it after that. */
  const discard = (row: DraftRow) =>
    attempt(async () => {
      if (row.state !== 'drafting') {
        toast(t('ui.drafts.only_drafting'));
        return;
      }
      if (row.from_other) {
        toast(t('draft.authors_act'));
        return;
      }
      await call('draft_discard', { id: row.id });
      toastUndo(t('ui.drafts.discarded', { title: nameOf(row) }), () => void recover(row));
    });

  const recover = (row: DraftRow) =>
    attempt(async () => {
      await call('draft_recover', { id: row.id });
      toast(t('ui.drafts.recovered', { title: nameOf(row) }), 'done');
    });

  const copy = (row: DraftRow) => attempt(async () => open(await call('draft_copy', { id: row.id })));

  /** 撤件 */
  const withdraw = (row: DraftRow) =>
    attempt(async () => {
      const yes = await ask({
        title: t('ui.drafts.withdraw'),
        consequence: t('ui.drafts.withdraw_asks', { title: nameOf(row) }),
        act: t('ui.drafts.withdraw'),
      });
      if (!yes) return;
      const outcome = await call('draft_withdraw', { id: row.id });
      if (outcome.kind === 'rejected') toast(outcome.reason, 'trouble');
      else toast(t(outcome.kind === 'waiting' ? 'ui.drafts.withdraw_waits' : 'ui.drafts.withdrawn'), 'done');
    });

  /** 编号办结 */
  const number = (row: DraftRow) =>
    attempt(async () => {
      const yes = await ask({
        title: t('ui.drafts.number'),
        consequence: t('ui.drafts.number_asks', { title: nameOf(row), number: row.number }),
        act: t('ui.drafts.number'),
      });
      if (!yes) return;
      const outcome = await call('draft_number', { id: row.id });
      if (outcome.kind === 'rejected') toast(outcome.reason, 'trouble');
      else toast(t(outcome.kind === 'waiting' ? 'ui.drafts.number_waits' : 'ui.drafts.numbered'), 'done');
    });

  return { open, discard, recover, copy, withdraw, number };
}
