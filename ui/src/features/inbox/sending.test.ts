// A decision at a desk with a server: held, taken back by button and by key, said to be sent only when it was.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncMark } from '@/api/generated/types';
import { deliver } from '@/api/transport';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import { useDesk, type Desk } from '@test/desk';
import { byId, click, press, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as tasks from '@test/tasks';

let desk: Desk;
/** How the task stands for the server. */
let sync: SyncMark;
const begin = async (undo_seconds: number, takenBack = true) => {
  sync = 'settled';
  desk = useDesk({
    sync_status: () => ({ ...samples.offline, online: true, trouble: '' }),
    setting_get: () => ({ ...samples.settings, undo_seconds }),
    task_list: tasks.tasksOf(6, (at) => tasks.taskRow(at, at === 0 ? { sync } : {})),
    task_counts: () => ({ todo: 6, urgent: 0, done: 0, to_read: 0 }),
    task_open: ({ id }) => tasks.taskView(tasks.form, id === 'task-0' ? { sync } : {})({ id }),
    process_act: ({ act }) => {
      if (act.kind !== 'see') sync = 'waiting';
      return { kind: 'waiting' };
    },
    sync_take_back: () => {
      if (takenBack) sync = 'settled';
      return takenBack;
    },
  });
  await show(TaskInboxScreen, { at: '/inbox' });
};
const decide = async () => {
  await type('task-words', '同意。');
  await click('task-act');
};
const said = () => toasts.map((toast) => toast.text).join();
const stale = () => deliver({ kind: 'stale', tags: ['tasks', 'sync'] });
const held = () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'))[0];

beforeEach(forgetAll);
afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('a decision that waits for the server', () => {
  it('is held as long as the setting says, and taken back with Ctrl+Z', async () => {
    await begin(30);
    await decide();
    expect(held()).toMatchObject({ id: 'task-0', hold_seconds: 30 });
    expect(said()).toContain('“审核通过”30 秒后送出');
    expect(toasts.at(-1)).toMatchObject({ stays: 30_000, action: { label: '撤回' } });
    stale();
    await settle();
    expect(said(), 'nothing is said to be sent before it is').not.toContain('已送出');
    await press('z', { ctrlKey: true }, byId('task-list'));
    expect(desk.argsOf('sync_take_back')).toEqual([{ id: 'task-0' }]);
    expect(said()).toContain('已撤回“审核通过”，没有送出');
    stale();
    await settle();
    expect(said()).not.toContain('已送出');
  });

  it('keeps the words for the next time when it was taken back', async () => {
    await begin(30);
    await decide();
    toasts.at(-1)?.action?.act();
    await settle(400);
    byId('task-list').focus();
    await press('k');
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('同意。');
  });

  it('says so where it was too late', async () => {
    await begin(30, false);
    await decide();
    toasts.at(-1)?.action?.act();
    await settle();
    expect(said()).toContain('已经送出，不能撤回');
  });

  it('is said to be sent when the server has it, and not to wait', async () => {
    await begin(0);
    await decide();
    expect(held()).not.toHaveProperty('hold_seconds');
    expect(said()).toContain('正在送出');
    sync = 'settled';
    stale();
    await settle();
    expect(said()).toContain('“审核通过”已送出');
    expect(said()).not.toContain('待同步');
    expect(said()).not.toContain('正在送出');
  });

  it('is said to wait where the server does not come', async () => {
    await begin(0);
    await decide();
    await settle(2_700);
    expect(said()).toContain('“审核通过”已记下，待同步');
  });
});
