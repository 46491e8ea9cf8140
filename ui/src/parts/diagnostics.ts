// The diagnostic bundle: one click, no private data in it.
import { ref } from 'vue';
import { call } from '@/api/transport';
import { bytes } from '@/format/number';
import { showError, toast } from '@/parts/notify';
import { t } from '@/text';

export function useDiagnostics() {
  const collecting = ref(false);

  async function collect(): Promise<void> {
    collecting.value = true;
    try {
      const file = await call('file_choose', {
        purpose: 'write_diagnostics',
        suggested_name: t('ui.diagnostics.file'),
      });
      if (!file) return;
      const written = await call('diagnostics_create', { token: file.token });
      toast(t('ui.diagnostics.written', { name: written.name, size: bytes(written.bytes) }), 'done');
    } catch (thrown) {
      showError(thrown);
    } finally {
      collecting.value = false;
    }
  }

  return { collect, collecting };
}
