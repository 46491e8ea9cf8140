// What jsdom lacks and screens use.
import { afterEach } from 'vitest';
import { setPageSource } from '@/api/pages';
import { queryClient } from '@/api/query';
import { setTransport } from '@/api/transport';
import { recoveryCode } from '@/session/session';

class StillObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

window.ResizeObserver ??= StillObserver;
window.matchMedia ??= (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});
window.HTMLElement.prototype.scrollIntoView ??= () => {};

afterEach(() => {
  setTransport(undefined);
  setPageSource(undefined);
  queryClient.clear();
  recoveryCode.value = '';
  document.body.replaceChildren();
});
