// `./dev bench list`: the real list of drafts against a plain virtual list, in turns, in one window. What is
// counted is the main thread's work for one scroll frame: from the scroll event to the first task after layout
// and paint.
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp, type App, type Component } from 'vue';
import { createMemoryHistory } from 'vue-router';
import '@/theme/tokens.css';
import '@/theme/base.css';
import '@/theme/parts.css';
import type { DraftRow } from '@/api/generated/types';
import { followStale, queryClient } from '@/api/query';
import { call } from '@/api/transport';
import DraftListScreen from '@/features/drafts/DraftListScreen.vue';
import { makeRouter } from '@/router';
import { i18n } from '@/text';
import { recallLook } from '@/theme';
import PlainRows from './PlainRows.vue';

const ROUNDS = 7;
const FRAMES = 150;
/** How far a frame scrolls, in rows: a brisk turn of the wheel. */
const ROWS_A_FRAME = 2;
const PAGE = 500;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function allRows(): Promise<DraftRow[]> {
  const rows: DraftRow[] = [];
  for (;;) {
    const page = await call('draft_list', {
      state: 'drafting',
      document_type: null,
      from_other: false,
      offset: rows.length,
      limit: PAGE,
    });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

async function mount(component: Component, props: Record<string, unknown>): Promise<[App, HTMLElement]> {
  const router = makeRouter(createMemoryHistory());
  await router.push('/drafts');
  const app = createApp(component, props).use(i18n).use(VueQueryPlugin, { queryClient }).use(router);
  const place = document.createElement('div');
  place.style.height = '100vh';
  document.getElementById('app')?.replaceChildren(place);
  app.mount(place);
  for (let tries = 0; tries < 200; tries += 1) {
    const box = place.querySelector<HTMLElement>('[data-testid="draft-list"]');
    if (box?.querySelector('[data-testid="draft-row"]')) return [app, box];
    await wait(25);
  }
  throw new Error(`the list shows no row but: ${place.innerHTML.slice(0, 2000)}`);
}

/** Milliseconds of the main thread for one scrolled frame. */
function frame(box: HTMLElement, by: number): Promise<number> {
  return new Promise((resolve) => {
    box.addEventListener(
      'scroll',
      () => {
        const begin = performance.now();
        const { port1, port2 } = new MessageChannel();
        // Microtasks and animation frames of this frame run before this message is heard.
        port1.onmessage = () => resolve(performance.now() - begin);
        requestAnimationFrame(() => port2.postMessage(null));
      },
      { once: true, capture: true },
    );
    box.scrollTop += by;
  });
}

/** Mean of one scroll through the list, in milliseconds a frame, and how many rows were blank on the way. */
async function scroll(component: Component, props: Record<string, unknown>): Promise<[number, number]> {
  const [app, box] = await mount(component, props);
  const row = Number.parseFloat(getComputedStyle(box).getPropertyValue('--row'));
  await wait(400);
  let sum = 0;
  let blank = 0;
  for (let at = 0; at < FRAMES; at += 1) {
    sum += await frame(box, row * ROWS_A_FRAME);
    const height = box.clientHeight;
    const middle = document.elementFromPoint(box.getBoundingClientRect().left + 40, height / 2);
    if (!middle?.closest('[data-testid="draft-row"]')) blank += 1;
  }
  app.unmount();
  return [sum / FRAMES, blank];
}

async function run(): Promise<object> {
  const rows = await allRows();
  const rowHeight = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row'));
  const ours: number[] = [];
  const peer: number[] = [];
  let blank = 0;
  // The first round warms both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [our, ourBlank] = await scroll(DraftListScreen, {});
    const [their] = await scroll(PlainRows, { rows, rowHeight });
    if (round === 0) continue;
    ours.push(our);
    peer.push(their);
    blank += ourBlank;
  }
  return { rows: rows.length, ours, peer, blank };
}

recallLook();
followStale();
const report = (found: object) =>
  fetch('bench://localhost/report', { method: 'POST', body: JSON.stringify(found) });
run().then(report, (error: unknown) => report({ error: String(error) }));
