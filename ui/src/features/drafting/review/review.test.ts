// A text in review on the drafting screen: what is typed is suggested, sent when one says so, and decided by who may.
import type { Editor } from '@tiptap/core';
import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import type { RevisionView } from '@/api/generated/types';
import { queryClient } from '@/api/query';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { desk, field, find, open, press } from '@test/draftingScreen';
import * as samples from '@test/samples';

const row = { ...samples.draftRow(0), id: 'draft-0', state: 'submitted', from_other: true } as const;
const view = (part: Partial<RevisionView> = {}): RevisionView => ({
  entries: [],
  mode: { revises: true, settles: true },
  open: 0,
  unsent: false,
  waits: false,
  ...part,
});
const editorOf = (): Editor =>
  (find('[data-testid="body-editor"]') as HTMLElement & { editor: Editor }).editor;
const has = (id: string) => document.querySelector(`[data-testid="${id}"]`) !== null;
async function click(id: string): Promise<void> {
  find(`[data-testid="${id}"]`).click();
  await flushPromises();
}
async function review(part: Partial<RevisionView> = {}): Promise<void> {
  queryClient.clear();
  desk.answers.revision_list = () => view(part);
  desk.answers.revision_send = () => ({ kind: 'waiting' });
  desk.answers.revision_settle = () => ({ outcome: { kind: 'applied' }, update: null });
  desk.answers.revision_discard = () => null;
  await open({ row, review: { revises: true, settles: true } });
}

afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('a text in review', () => {
  it('takes suggestions and nothing else: no element, no 送审, and 修订 stays on', async () => {
    await review();
    expect(find('[data-testid="review-bar"]').textContent).toContain('您的改动都记为修订');
    expect(field('note').querySelector('input')?.readOnly).toBe(true);
    expect(has('submit')).toBe(false);
    await click('suggesting');
    await press('E', { ctrlKey: true, shiftKey: true });
    const { view: shown, state } = editorOf();
    shown.dispatch(state.tr.insertText('特此', 1));
    await flushPromises();
    expect(shown.dom.querySelector('ins.trace')?.textContent).toBe('特此');
  });

  it('is sent with Ctrl+Enter, and says that it waits', async () => {
    await review({ unsent: true, open: 1 });
    expect(find('[data-testid="review-open"]').textContent).toContain('1 处修订待处理');
    await press('Enter', { ctrlKey: true });
    await flushPromises();
    expect(desk.argsOf('revision_send')).toEqual([{ id: 'draft-0' }]);
    expect(desk.argsOf('draft_submit')).toEqual([]);
    expect(toasts.map((toast) => toast.text).join()).toContain('待同步');
  });

  it('asks before what was not sent is thrown away', async () => {
    await review({ unsent: true });
    await click('review-discard');
    expect(desk.argsOf('revision_discard')).toEqual([]);
    asked.value?.answer(true);
    await flushPromises();
    expect(desk.argsOf('revision_discard')).toEqual([{ id: 'draft-0' }]);
  });

  it('has its suggestions decided by the primary, not in the editor', async () => {
    await review();
    const { view: shown, state } = editorOf();
    shown.dispatch(state.tr.insertText('特此', 1));
    await flushPromises();
    await click('suggestion-accept');
    for (let turn = 0; turn < 4; turn += 1) await flushPromises();
    const [args] = desk.argsOf('revision_settle') as { choice: { kind: string }; accept: boolean }[];
    expect(args).toMatchObject({ choice: { kind: 'one' }, accept: true });
    expect(shown.dom.querySelector('ins.trace')?.textContent).toBe('特此');
  });

  it('is only read where one may but decide, and refused words are said', async () => {
    await review();
    desk.answers.revision_settle = () => ({
      outcome: { kind: 'rejected', reason: '这处修订已经处理过，请刷新后再看。' },
      update: null,
    });
    const { view: shown, state } = editorOf();
    shown.dispatch(state.tr.insertText('特此', 1));
    await flushPromises();
    await click('suggestion-reject');
    for (let turn = 0; turn < 4; turn += 1) await flushPromises();
    expect(toasts.map((toast) => toast.text).join()).toContain('已经处理过');
  });
});
