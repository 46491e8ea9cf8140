// Short words at the window's edge: what was done, what can be undone, what failed.
import { reactive } from 'vue';
import { asCallError } from '@/api/transport';
import { hasText, t } from '@/text';

export type Tone = 'plain' | 'done' | 'trouble';

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  /** Label and act of its one button, such as undo. */
  action?: { label: string; act: () => void };
  /** Number of the log entry; only for mistakes of ours. */
  reference: string;
  /** Milliseconds it stays. */
  stays: number;
}

/** How long a step can be undone, in milliseconds. */
const UNDO_MS = 8_000;
const PLAIN_MS = 4_000;
const TROUBLE_MS = 15_000;

export const toasts = reactive<Toast[]>([]);
let last = 0;

export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

function push(toast: Omit<Toast, 'id'>): number {
  last += 1;
  const id = last;
  toasts.push({ ...toast, id });
  if (toasts.length > 4) toasts.shift();
  setTimeout(() => dismiss(id), toast.stays);
  return id;
}

/** Says that something is done; answers with the toast's id. */
export function toast(text: string, tone: Tone = 'plain'): number {
  return push({ text, tone, reference: '', stays: PLAIN_MS });
}

/** Says that something is done and offers to undo it, for eight seconds where nothing else is said. */
export function toastUndo(text: string, undo: () => void, label = t('ui.undo'), stays = UNDO_MS): number {
  return push({ text, tone: 'plain', reference: '', stays, action: { label, act: undo } });
}

/** Does what the button of the newest toast with a button does. */
export function undoLast(): void {
  const last = toasts.findLast((one) => one.action);
  if (!last) return;
  dismiss(last.id);
  last.action?.act();
}

/** The sentence of anything that was thrown. */
export function sentenceOf(thrown: unknown): string {
  const error = asCallError(thrown);
  if (error.sentence) return error.sentence;
  return hasText(error.key) ? t(error.key, error.fields) : t('ui.error.unknown', { key: error.key });
}

/** Shows what failed, with the number of the log entry if it was our mistake. */
export function showError(thrown: unknown): void {
  const error = asCallError(thrown);
  if (error.code === 'locked') return;
  push({ text: sentenceOf(error), tone: 'trouble', reference: error.reference, stays: TROUBLE_MS });
}
