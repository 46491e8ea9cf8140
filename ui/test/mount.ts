// Mounts a screen as the program does: with text, cache and router, attached to the document.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils';
import { afterEach } from 'vitest';
import type { Component } from 'vue';
import { createMemoryHistory } from 'vue-router';
import { followStale, queryClient } from '@/api/query';
import { makeRouter } from '@/router';
import { i18n } from '@/text';

enableAutoUnmount(afterEach);
followStale();

export async function show(
  component: Component,
  options: { at?: string; props?: Record<string, unknown> } = {},
) {
  const router = makeRouter(createMemoryHistory());
  await router.push(options.at ?? '/drafts');
  await router.isReady();
  const wrapper = mount(component, {
    attachTo: document.body,
    props: options.props ?? {},
    global: { plugins: [i18n, [VueQueryPlugin, { queryClient }], router] },
  });
  await settle();
  return { wrapper, router };
}

/** Waits until calls are answered and drawn. */
export async function settle(ms = 60): Promise<void> {
  await flushPromises();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await flushPromises();
}

/** An element by its test id, wherever it is drawn; fails by name if it is not there. */
export function byId(testid: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
  if (!found) throw new Error(`nothing on the screen has the test id ${testid}`);
  return found;
}

export const isShown = (testid: string): boolean =>
  document.querySelector(`[data-testid="${testid}"]`) !== null;

/** Text of the screen, spaces removed: sentences are compared, not line breaks. */
export const screenText = (): string => (document.body.textContent ?? '').replace(/\s+/g, '');

export async function type(testid: string, text: string): Promise<void> {
  const field = byId(testid);
  if (!(field instanceof HTMLInputElement) && !(field instanceof HTMLTextAreaElement))
    throw new Error(`${testid} is not a field`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle(0);
}

export async function click(testid: string): Promise<void> {
  byId(testid).click();
  await settle();
}

export async function press(key: string, more: KeyboardEventInit = {}, target?: Element): Promise<void> {
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key === ' ' ? 'Space' : key;
  const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true, ...more });
  (target ?? document.activeElement ?? document.body).dispatchEvent(event);
  await settle();
}
