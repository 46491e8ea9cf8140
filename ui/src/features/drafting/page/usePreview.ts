// The pages of the draft as the desk last typeset them.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { Preview } from '@/api/generated/types';
import { asCallError, call, canCall, onDeskEvent } from '@/api/transport';
import { sentenceOf } from '@/parts/notify';

export interface PreviewState {
  readonly preview: Readonly<ShallowRef<Preview | undefined>>;
  /** Why there are no pages at all, as a sentence; empty if there are. */
  readonly trouble: Readonly<ShallowRef<string>>;
  /** Calls `listener` after each change of the pages; answers with the way to stop. */
  onChange(listener: () => void): () => void;
  fetch(): Promise<void>;
}

export function usePreview(id: string): PreviewState {
  const preview = shallowRef<Preview>();
  const trouble = shallowRef('');
  const listeners = new Set<() => void>();

  function take(next: Preview): void {
    // Answers may overtake events: the older of two never wins.
    if (preview.value && next.revision < preview.value.revision) return;
    // Pages of a text that cannot be set just now stay as they were; the sentence says why.
    const last = preview.value;
    preview.value =
      next.trouble && last && next.pages.length === 0 ? { ...last, trouble: next.trouble } : next;
    trouble.value = next.trouble;
    for (const listener of listeners) listener();
  }

  async function fetch(): Promise<void> {
    try {
      take(await call('preview_get', { id }));
    } catch (error) {
      trouble.value = sentenceOf(asCallError(error));
    }
  }

  const stop = onDeskEvent((event) => {
    if (event.kind === 'preview' && event.preview.session === id) take(event.preview);
  });
  onScopeDispose(stop);
  // In a browser nobody sets pages.
  if (canCall('preview_get')) void fetch();

  return {
    preview,
    trouble,
    fetch,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
