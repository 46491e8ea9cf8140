// What one does with a whole draft: send it for review, take it back, write it to a file.
import { ref, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { CommandOutcome, ExportKind, OriginalQuestion } from '@/api/generated/types';
import { call } from '@/api/transport';
import type { Drafting } from '@/features/drafting/context';
import { bytes } from '@/format/number';
import { showError, toast } from '@/parts/notify';
import { t } from '@/text';

const ENDINGS: Record<ExportKind, string> = {
  pdf: 'pdf',
  ofd: 'ofd',
  png: 'zip',
  docx: 'docx',
  json: 'json',
};

/** Signs that no file name may hold. */
// eslint-disable-next-line no-control-regex -- they are what is taken out
const NOT_IN_NAMES = /[\\/:*?"<>|\u0000-\u001f]/g;

export function useActions({ session, model, findings }: Drafting, reopen: () => Promise<void>) {
  const isBusy = ref(false);
  /** What an import still asks. */
  const questions = shallowRef<readonly OriginalQuestion[]>([]);
  const router = useRouter();

  async function during(act: () => Promise<void>): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    try {
      await act();
    } catch (error) {
      showError(error);
    } finally {
      isBusy.value = false;
    }
  }

  function say(outcome: CommandOutcome, done: string): boolean {
    if (outcome.kind === 'rejected') toast(outcome.reason, 'trouble');
    // Never green before the server has said so.
    else
      toast(
        outcome.kind === 'waiting' ? t('drafting.outcome.waiting', { act: done }) : done,
        outcome.kind === 'waiting' ? 'plain' : 'done',
      );
    return outcome.kind !== 'rejected';
  }

  return {
    isBusy,
    questions,
    submit: (note: string) =>
      during(async () => {
        await session.flush();
        const outcome = await call('draft_submit', { id: session.id, note });
        if (say(outcome, t('drafting.submit.done'))) await reopen();
      }),
    withdraw: () =>
      during(async () => {
        const outcome = await call('draft_withdraw', { id: session.id });
        if (say(outcome, t('drafting.withdraw.done'))) await reopen();
      }),
    copy: () =>
      during(async () => {
        const row = await call('draft_copy', { id: session.id });
        await router.push({ name: 'draft', params: { id: row.id } });
      }),
    exportAs: (kind: ExportKind) =>
      during(async () => {
        const title = model.title.value.replaceAll('\n', '').replace(NOT_IN_NAMES, '').slice(0, 80);
        const name = `${title || t('drafting.untitled')}.${ENDINGS[kind]}`;
        const file = await call('file_choose', { purpose: 'export_draft', suggested_name: name });
        if (!file) return;
        await session.settle();
        const written = await call('draft_export', { id: session.id, kind, token: file.token });
        toast(t('drafting.export.done', { name: written.name, size: bytes(written.bytes) }), 'done');
      }),
    /** Checks once more before 送审 is asked, so that the question lists what is true now. */
    prepare: () =>
      during(async () => {
        await session.settle();
        await findings.check();
        if (session.originals.length > 0)
          questions.value = await call('original_questions', { id: session.id });
      }),
  };
}

export type Actions = ReturnType<typeof useActions>;
