// The pages as the printer would get them. The desk is asked anew when the job changes or what it prints does,
// one question at a time, and forgets the pages when nobody looks at them any more.
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { PrintPreview, PrintPreviewLook } from '@/api/generated/types';
import { call, onStale } from '@/api/transport';

/** A range is typed digit by digit, and others may be writing: the desk is asked after so long a rest. */
const REST_MS = 200;

export function usePrintPreview(look: () => PrintPreviewLook | undefined) {
  const preview = shallowRef<PrintPreview>();
  const error = shallowRef<unknown>();
  const busy = ref(false);
  let isAsking = false;
  let isOver = false;
  /** What is wanted has changed since the question that is on its way. */
  let isOld = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function take(answer: PrintPreview | undefined, failure?: unknown): void {
    preview.value = answer;
    error.value = failure;
    busy.value = false;
  }

  async function ask(): Promise<void> {
    const wanted = look();
    if (!wanted) return take(undefined);
    isAsking = true;
    isOld = false;
    try {
      const answer = await call('print_preview', wanted);
      if (!isOld) take(answer);
    } catch (thrown) {
      if (!isOld) take(undefined, thrown);
    }
    isAsking = false;
    if (isOver) close();
    else if (isOld) void ask();
  }

  function renew(afterMs = REST_MS): void {
    busy.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isAsking) isOld = true;
      else void ask();
    }, afterMs);
  }

  function close(): void {
    // A desk that is locked meanwhile has forgotten them already.
    call('print_preview_close', {}).catch(() => undefined);
  }

  // Compared by what it says: lists of printers are fetched anew without a change.
  watch(
    () => JSON.stringify(look() ?? ''),
    (_, before) => renew(before === undefined ? 0 : REST_MS),
    { immediate: true },
  );
  const stop = onStale((tags) => {
    if (tags.includes('printing') || tags.includes('drafts')) renew();
  });
  onScopeDispose(() => {
    isOver = true;
    stop();
    clearTimeout(timer);
    // A question on its way would leave its pages behind: then its answer closes them.
    if (!isAsking) close();
  });

  return { preview, error, busy, renew: () => renew(0) };
}
