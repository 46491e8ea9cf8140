// 待办: the list of tasks, the way of a document, and the list of drafts where no process is gone by.
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import InboxDoor from '@/router/InboxDoor.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as tasks from '@test/tasks';

let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    task_list: tasks.tasksOf(12),
    task_counts: () => ({ todo: 12, urgent: 1, done: 3, to_read: 0 }),
    task_open: tasks.taskView(),
    process_act: () => ({ kind: 'applied' }),
    ...answers,
  });
};
const open = (at = '/inbox') => show(TaskInboxScreen, { at });
const chosen = () => byId('task-side').dataset.task;

beforeEach(forgetAll);
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('the list of tasks', () => {
  it('says what, who and since when, shows the page of the first, and is accessible', async () => {
    begin();
    await open();
    expect(desk.argsOf('task_list')).toEqual([{ state: 'todo', text: '', offset: 0, limit: 200 }]);
    expect(byId('task-total').textContent).toContain('12');
    expect(byId('task-row').textContent).toContain('处室核稿 · 由林知遥交来');
    expect(desk.argsOf('preview_get')).toEqual([{ id: 'draft-0' }]);
    expect(screenText()).toContain('还有1天');
    await expectAccessible();
  });

  it('moves with j and k, and opens with Enter', async () => {
    begin();
    const { router } = await open();
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    byId('task-list').focus();
    await press('j');
    await press('j');
    await press('k');
    expect(chosen()).toBe('task-1');
    await press('Enter');
    expect(push).toHaveBeenCalledWith({ name: 'draft', params: { id: 'draft-1' } });
  });

  it('shows the pages large with Space', async () => {
    begin();
    await open();
    byId('task-list').focus();
    await press(' ');
    expect(isShown('quick-look')).toBe(true);
    await press(' ', {}, byId('quick-look'));
    expect(isShown('quick-look')).toBe(false);
  });

  it('keeps to its task when another one arrives', async () => {
    let arrived = 0;
    begin({
      task_list: (args) => tasks.tasksOf(12 + arrived, (at) => tasks.taskRow(at - arrived + 12))(args),
    });
    await open();
    byId('task-list').focus();
    await press('j');
    const before = chosen();
    arrived = 1;
    deliver({ kind: 'stale', tags: ['tasks'] });
    await settle(450);
    expect(byId('task-list').getAttribute('aria-activedescendant')).toMatch(/-2$/);
    expect(chosen()).toBe(before);
  });

  it('finds by title', async () => {
    begin();
    await open();
    await type('task-search', '清查');
    await settle(260);
    expect(desk.argsOf('task_list').at(-1)).toMatchObject({ text: '清查', offset: 0 });
  });

  it('fetches only what is seen of a hundred thousand', async () => {
    begin({ task_list: tasks.tasksOf(100_000) });
    await open();
    byId('task-list').focus();
    await press('End');
    byId('task-list').scrollTop = 99_990 * 44;
    byId('task-list').dispatchEvent(new Event('scroll'));
    await settle(150);
    const offsets = desk.argsOf('task_list').map((args) => (args as { offset: number }).offset);
    expect(offsets).toEqual([0, 99_800]);
  });

  it('is one sentence when there is nothing', async () => {
    begin({ task_list: tasks.tasksOf(0) });
    await open();
    expect(byId('task-empty').textContent).toContain('没有等您办理的公文');
    await expectAccessible();
  });

  it('says what failed and tries again', async () => {
    let broken = true;
    begin({
      task_list: (args) => {
        if (broken) throw refusal({ code: 'bug', sentence: '读取待办时出错。', reference: 'REF-9' });
        return tasks.tasksOf(2)(args);
      },
    });
    await open();
    expect(screenText()).toContain('REF-9');
    broken = false;
    [...document.querySelectorAll('button')].find((one) => one.textContent?.includes('重试'))?.click();
    await settle();
    expect(isShown('task-row')).toBe(true);
  });

  it('tells once that a task was opened, after it was looked at', async () => {
    begin();
    await open();
    expect(desk.argsOf('process_act')).toEqual([]);
    await settle(1_600);
    expect(desk.argsOf('process_act')).toEqual([{ id: 'task-0', act: { kind: 'see' } }]);
    byId('task-words').focus();
    await settle();
    expect(desk.argsOf('process_act')).toHaveLength(1);
  });

  it('tells nothing without a server, so that deciding is not held up', async () => {
    begin({ sync_status: () => samples.offline });
    await open();
    await settle(1_600);
    expect(desk.argsOf('process_act')).toEqual([]);
    expect(isShown('task-offline')).toBe(true);
  });
});

describe('the way of a document', () => {
  it('shows who said what, what is void, who acted for whom, and what is ahead', async () => {
    begin();
    await open();
    const way = byId('trace').textContent?.replace(/\s+/g, '') ?? '';
    for (const words of [
      '“数据已核。”',
      '圈阅',
      '周景行代',
      '代录',
      '已作废',
      '第2次',
      '正在办理',
      '尚未阅看',
    ])
      expect(way, words).toContain(words);
    expect(document.querySelectorAll('[data-testid="trace-ahead"]')).toHaveLength(3);
    expect(isShown('trace-urge')).toBe(false);
  });
});

describe('the door of 待办', () => {
  const keeper = { ...samples.me, home: 'replica' as const };
  const loaded = () => vi.waitFor(() => expect(isShown('draft-list')).toBe(true), { timeout: 30_000 });

  it('is the list of drafts where documents go by no process', async () => {
    useDesk();
    await show(InboxDoor, { at: '/inbox' });
    await loaded();
    expect(isShown('task-screen-inbox') || isShown('process-bar')).toBe(false);
  });

  it('is the list of tasks where the process is gone by', async () => {
    begin({ process_status: () => ({ enabled_at: '2026-11-01T00:00:00.000Z' }) });
    await show(InboxDoor, { at: '/inbox' });
    await vi.waitFor(() => expect(isShown('task-screen-inbox')).toBe(true), { timeout: 30_000 });
  });

  it('lets the records keeper switch the process on, and says what is missing for it', async () => {
    let enabled = false;
    const reason = '还没有人担任：核稿人。请安全保密管理员先授予这些角色，再启用流程。';
    begin({
      task_counts: () => ({ todo: 0, urgent: 0, done: 0, to_read: 0 }),
      session_me: () => keeper,
      process_status: () => ({ enabled_at: enabled ? '2026-11-21T00:00:00.000Z' : null }),
      process_enable: () => ({ kind: 'rejected', reason }),
    });
    await show(InboxDoor, { at: '/inbox' });
    await loaded();
    await vi.waitFor(() => expect(isShown('process-enable')).toBe(true));
    await click('process-enable');
    expect(asked.value?.consequence).toContain('启用后不能停用');
    asked.value?.answer(true);
    await settle();
    expect(byId('process-bar').textContent).toContain('还没有人担任：核稿人');
    desk.answers.process_enable = () => {
      enabled = true;
      return { kind: 'applied' };
    };
    await click('process-enable');
    asked.value?.answer(true);
    await settle(400);
    await flushPromises();
    await vi.waitFor(() => expect(isShown('task-screen-inbox')).toBe(true), { timeout: 30_000 });
  });
});
