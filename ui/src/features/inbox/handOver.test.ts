// 整体移交: what waits goes to somebody else, step by step; what may not be handed over stays and is said.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as tasks from '@test/tasks';

let desk: Desk;
const open = async (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    task_list: tasks.tasksOf(3),
    task_counts: () => ({ todo: 3, urgent: 0, done: 0, to_read: 0 }),
    task_open: tasks.taskView(),
    process_act: () => ({ kind: 'applied' }),
    ...answers,
  });
  await show(TaskInboxScreen, { at: '/inbox' });
  await click('hand-over');
};
const handed = () => desk.argsOf('process_act').filter((args) => JSON.stringify(args).includes('"transfer"'));
const said = () => toasts.map((toast) => toast.text).join();
async function choose(): Promise<void> {
  await type('hand-over-person-text', '陆');
  await settle(220);
  document.querySelector<HTMLElement>('[data-testid="hand-over-person-one"]')?.click();
  await settle();
}

beforeEach(forgetAll);
afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('整体移交', () => {
  it('hands every task over to whom is chosen, and says how many', async () => {
    await open();
    expect(screenText()).toContain('现在的3项待办');
    await press('Enter', { ctrlKey: true }, byId('hand-over-note'));
    expect(screenText()).toContain('请选择人员');
    expect(handed()).toEqual([]);
    await choose();
    await type('hand-over-note', '出差至周五。');
    await expectAccessible();
    await click('hand-over-yes');
    await settle(100);
    expect(handed()).toHaveLength(3);
    expect(handed()[0]).toMatchObject({ id: 'task-0', act: { kind: 'transfer', note: '出差至周五。' } });
    expect(said()).toContain('3 项待办移交给');
    expect(isShown('hand-over-dialog')).toBe(false);
  });

  it('keeps what the step does not let go, and what the server refuses, and says why', async () => {
    const view = tasks.taskView();
    await open({
      task_open: async (args) => {
        const found = await view(args);
        const form = found.form && { ...found.form, may: [] };
        return args.id === 'task-1' ? { ...found, form } : found;
      },
      process_act: (args) => {
        if (args.id === 'task-2') throw refusal({ sentence: '这件文已被他人办结。' });
        return { kind: 'waiting' };
      },
    });
    await choose();
    await click('hand-over-yes');
    await settle(100);
    expect(handed()).toHaveLength(2);
    expect(said()).toContain('1 项移交已记下');
    expect(said()).toContain('2 项留在您的待办：这件文已被他人办结。');
  });
});
