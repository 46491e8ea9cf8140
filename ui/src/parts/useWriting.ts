// A file is chosen, something is written into it, and it is said that it was.
import type { FilePurpose } from '@/api/generated/types';
import { call } from '@/api/transport';
import { showError, toast } from '@/parts/notify';
import { useDoing } from '@/parts/useDoing';
import { t } from '@/text';

/** `tell` says what went wrong; without it, a toast does. */
export function useWriting(purpose: FilePurpose = 'write_paper', tell: (error: unknown) => void = showError) {
  const { busy, attempt } = useDoing();
  const write = (suggested_name: string, into: (token: string) => Promise<{ name: string }>) =>
    attempt(async () => {
      try {
        const file = await call('file_choose', { purpose, suggested_name });
        if (!file) return;
        const written = await into(file.token);
        toast(t('ui.paper.written', { name: written.name }), 'done');
      } catch (error) {
        tell(error);
      }
    });
  return { busy, write };
}
