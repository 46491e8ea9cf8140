// New tasks are told; in quiet hours they are kept and told together afterwards.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { deliver } from '@/api/transport';
import { dismiss, toasts } from '@/parts/notify';
import { isQuiet, useNews } from '@/shell/useNews';
import { useDesk } from '@test/desk';
import { settle, show } from '@test/mount';
import * as samples from '@test/samples';

const Shell = defineComponent({
  setup() {
    useNews();
    return () => h('div');
  },
});
const said = () => toasts.map((toast) => toast.text).join();
afterEach(() => {
  vi.useRealTimers();
  for (const toast of [...toasts]) dismiss(toast.id);
});

it.each([
  ['21:59', false],
  ['22:00', true],
  ['03:00', true],
  ['07:30', false],
  ['12:00', false],
])('at %s it is quiet: %s', (now, quiet) => {
  expect(isQuiet(now, '22:00', '07:30')).toBe(quiet);
  expect(isQuiet(now, '', '')).toBe(false);
});

describe('what is new', () => {
  async function begin(quiet: { quiet_from: string; quiet_until: string }) {
    const counts = { todo: 3, urgent: 0, done: 0, to_read: 1 };
    let settings = { ...samples.settings, ...quiet };
    const desk = useDesk({ task_counts: () => ({ ...counts }), setting_get: () => settings });
    await show(Shell);
    return {
      come: async (todo: number, to_read = 0) => {
        counts.todo += todo;
        counts.to_read += to_read;
        const before = desk.argsOf('task_counts').length;
        deliver({ kind: 'stale', tags: ['tasks'] });
        await vi.waitFor(() => expect(desk.argsOf('task_counts').length).toBeGreaterThan(before));
        await settle();
      },
      set: async (part: typeof quiet) => {
        settings = { ...settings, ...part };
        deliver({ kind: 'stale', tags: ['settings'] });
        await settle();
      },
    };
  }

  it('is told as it comes, and what was there before is not', async () => {
    const { come } = await begin({ quiet_from: '', quiet_until: '' });
    expect(said()).toBe('');
    await come(2, 1);
    await vi.waitFor(() => expect(said()).toContain('新到待办 2 件'));
    expect(said()).toContain('新到待阅 1 件');
  });

  it('is kept in quiet hours and told together when they are over', async () => {
    const { come, set } = await begin({ quiet_from: '00:00', quiet_until: '23:59' });
    await come(2);
    await come(3);
    expect(said()).toBe('');
    await set({ quiet_from: '', quiet_until: '' });
    await vi.waitFor(() => expect(said()).toContain('新到待办 5 件'));
  });
});
