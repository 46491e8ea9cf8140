// Sending what was suggested in a text that is reviewed, and throwing it away.
import { call } from '@/api/transport';
import { ask } from '@/parts/ask';
import { showError, toast } from '@/parts/notify';
import { isWaiting } from '@/parts/outcome';
import { useDoing } from '@/parts/useDoing';
import { t } from '@/text';

export function useRevision(draftId: () => string) {
  const { busy, attempt } = useDoing();

  const send = () =>
    attempt(async () => {
      try {
        const waits = isWaiting(await call('revision_send', { id: draftId() }));
        toast(t(waits ? 'ui.revision.waits' : 'ui.revision.sent'), waits ? 'plain' : 'done');
      } catch (thrown) {
        showError(thrown);
      }
    });
  /** Whether it was thrown away. */
  async function discard(): Promise<boolean> {
    const isSure = await ask({
      title: t('ui.revision.discard.title'),
      consequence: t('ui.revision.discard.consequence'),
      act: t('ui.revision.discard'),
    });
    if (!isSure) return false;
    try {
      await call('revision_discard', { id: draftId() });
      toast(t('ui.revision.discarded'));
      return true;
    } catch (thrown) {
      showError(thrown);
      return false;
    }
  }
  return { busy, send, discard };
}
