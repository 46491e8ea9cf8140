// 原件: reading one beside the draft, and taking one out as it came.
import { shallowRef, type ShallowRef } from 'vue';
import type { OriginalFile, OriginalText } from '@/api/generated/types';
import { call } from '@/api/transport';
import { useDrafting } from '@/features/drafting/context';
import { bytes } from '@/format/number';
import { showError, toast } from '@/parts/notify';
import { t } from '@/text';

export interface ReadOriginal {
  readonly file: OriginalFile;
  readonly text: OriginalText;
}

export interface Originals {
  readonly reading: ShallowRef<ReadOriginal | undefined>;
  read(file: OriginalFile): Promise<void>;
  write(file: OriginalFile): Promise<void>;
}

async function during(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    showError(error);
  }
}

export function useOriginals(): Originals {
  const { session } = useDrafting();
  const reading = shallowRef<ReadOriginal>();
  return {
    reading,
    read: (file) =>
      during(async () => {
        const text = await call('original_text', { draft_id: session.id, file_id: file.id });
        reading.value = { file, text };
      }),
    write: (file) =>
      during(async () => {
        const chosen = await call('file_choose', { purpose: 'export_draft', suggested_name: file.name });
        if (!chosen) return;
        const { token } = chosen;
        const written = await call('original_write', { draft_id: session.id, file_id: file.id, token });
        toast(t('drafting.export.done', { name: written.name, size: bytes(written.bytes) }), 'done');
      }),
  };
}
