// The drafting screen over a desk of samples, for the tests of what it does.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type * as Y from 'yjs';
import { queryClient } from '@/api/query';
import type { Preview } from '@/api/generated/types';
import DraftingScreen from '@/features/drafting/DraftingScreen.vue';
import { i18n } from '@/text';
import { useDesk, type Desk } from '@test/desk';
import { draftDoc, keepDraft, type DraftDesk } from '@test/draftSample';
import * as samples from '@test/samples';

export let desk: Desk;
let kept: DraftDesk;
export let screen: VueWrapper;

export const preview = (part: Partial<Preview> = {}): Preview => ({
  ...samples.preview('draft-0', 2),
  revision: 5,
  boxes: [
    { page: 0, place: 'title', x_mm: 28, y_mm: 130, width_mm: 156, height_mm: 20 },
    { page: 0, place: 'body/2', x_mm: 28, y_mm: 170, width_mm: 156, height_mm: 30 },
  ],
  missing: ['signatories'],
  notes: ['标题按词意分为两行。'],
  ...part,
});

/** The screen of the draft over a desk, as a person finds it. */
export async function mounted(): Promise<VueWrapper> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['draft', 'drafts'].map((name) => ({
      path: `/${name}/:id?`,
      name,
      component: { render: () => null },
    })),
  });
  await router.push('/draft/draft-0');
  const mounting = mount(DraftingScreen, {
    attachTo: document.body,
    props: { id: 'draft-0' },
    global: { plugins: [i18n, router, [VueQueryPlugin, { queryClient }]] },
  });
  for (let turn = 0; turn < 4; turn += 1) await flushPromises();
  return mounting;
}

export async function open(
  part: Parameters<typeof keepDraft>[2] = {},
  doc: Y.Doc = draftDoc(),
  found?: DraftDesk['findings'],
): Promise<void> {
  kept = keepDraft(desk, doc, part);
  if (found) kept.findings = found;
  desk.answers.preview_get = () => preview();
  screen = await mounted();
}

export const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing at ${selector}`);
  return found;
};
export const press = async (key: string, more: KeyboardEventInit = {}): Promise<void> => {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true, ...more }),
  );
  // The editor takes the focus with the next frame.
  await new Promise((resolve) => setTimeout(resolve, 40));
  await flushPromises();
};
export const field = (name: string): HTMLElement => find(`[data-field="${name}"]`);
export async function write(control: Element | null, value: string): Promise<void> {
  if (!(
    control instanceof HTMLInputElement ||
    control instanceof HTMLTextAreaElement ||
    control instanceof HTMLSelectElement
  ))
    throw new Error('no control');
  control.value = value;
  control.dispatchEvent(new Event('input', { bubbles: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
  await new Promise((resolve) => setTimeout(resolve, 120));
}
export const elements = (): Record<string, unknown> => kept.doc.getMap('elements').toJSON();

beforeEach(() => {
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
  desk = useDesk();
});
afterEach(async () => {
  screen?.unmount();
  await flushPromises();
});
