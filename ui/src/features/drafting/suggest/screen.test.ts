// 修订 on the drafting screen: turned on, written with, listed, decided, and asked for before 送审.
import type { Editor } from '@tiptap/core';
import { flushPromises } from '@vue/test-utils';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { find, open, press } from '@test/draftingScreen';

const editorOf = (): Editor =>
  (find('[data-testid="body-editor"]') as HTMLElement & { editor: Editor }).editor;
const rows = (): string[] =>
  [...document.querySelectorAll('[data-testid="suggestion"] .what')].map((row) => row.textContent ?? '');
async function click(id: string): Promise<void> {
  find(`[data-testid="${id}"]`).click();
  await flushPromises();
}
async function suggest(words: string): Promise<void> {
  await open();
  await click('suggesting');
  const { view, state } = editorOf();
  view.dispatch(state.tr.insertText(words, 1));
  await flushPromises();
}

describe('修订', () => {
  it('is off until somebody turns it on; then what is written is listed with who and what', async () => {
    await open();
    expect(find('[data-testid="suggesting"]').getAttribute('aria-pressed')).toBe('false');
    expect(document.querySelector('[data-testid="suggestions"]')).toBeNull();
    await click('suggesting');
    expect(find('[data-testid="suggestions"]').textContent).toContain('没有待处理的修订');
    const { view, state } = editorOf();
    view.dispatch(state.tr.insertText('特此', 1));
    await flushPromises();
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toContain('加上“特此”');
    expect(view.dom.querySelector('ins.trace')?.textContent).toBe('特此');
  });

  it('is accepted and rejected from the list and by keys', async () => {
    await suggest('特此');
    const before = editorOf().state.doc.textContent;
    await press('F9');
    expect(document.querySelector('[data-testid="suggestion"]')?.getAttribute('aria-current')).toBe('true');
    await click('suggestion-accept');
    expect(rows()).toEqual([]);
    expect(editorOf().state.doc.textContent).toBe(before);
    const { view, state } = editorOf();
    view.dispatch(state.tr.insertText('另', 1));
    await flushPromises();
    await click('suggestion-reject');
    expect(editorOf().state.doc.textContent).toBe(before);
    expect(editorOf().view.dom.querySelector('.trace')).toBeNull();
  });

  it('that is open keeps a text from 送审, in words', async () => {
    await suggest('特此');
    await press('Enter', { ctrlKey: true });
    await flushPromises();
    expect(document.querySelector('[role="dialog"]')).toBeNull();
    await click('suggestion-accept');
    await press('Enter', { ctrlKey: true });
    await flushPromises();
    expect(document.querySelector('[role="dialog"]')).not.toBeNull();
  });

  it('is heard by a screen reader', async () => {
    await suggest('特此');
    const { violations } = await axe.run(find('[data-testid="suggestions"]'));
    expect(violations.map((one) => one.id)).toEqual([]);
  });
});
