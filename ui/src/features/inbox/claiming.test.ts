// Taking a step that one of several does, and giving it back; being reminded of what is late.
import { describe, expect, it } from 'vitest';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, show } from '@test/mount';
import type { TaskClaim, TaskRow } from '@/api/generated/types';
import * as tasks from '@test/tasks';

const open = async (claim: TaskClaim, part: Partial<TaskRow> = {}) => {
  const desk = useDesk({
    task_list: tasks.tasksOf(2, (at) => tasks.taskRow(at, at === 0 ? { claim, ...part } : {})),
    task_counts: () => ({ todo: 2, urgent: 0, done: 0, to_read: 0 }),
    task_open: tasks.taskView({ ...tasks.form, claim }, { claim, ...part }),
    process_act: () => ({ kind: 'applied' }),
  });
  await show(TaskInboxScreen, { at: '/inbox' });
  return () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'));
};

describe('a step that one of several takes', () => {
  it('is taken before it is decided, by its button or the key of the act', async () => {
    const acts = await open('must');
    expect(byId('task-claimed').textContent).toContain('待领取');
    expect(isShown('task-form')).toBe(false);
    await expectAccessible();
    byId('task-list').focus();
    await press('Enter', { ctrlKey: true });
    expect(acts()).toEqual([{ id: 'task-0', act: { kind: 'claim' } }]);
  });

  it('is given back by whoever has it, who may decide it too', async () => {
    const acts = await open('held');
    expect(byId('task-claimed').textContent).toContain('已领取');
    expect(isShown('task-form')).toBe(true);
    await click('task-claim-act');
    expect(acts()).toEqual([{ id: 'task-0', act: { kind: 'release' } }]);
  });

  it('may be decided at once where anyone may', async () => {
    await open('free');
    expect(isShown('task-form')).toBe(true);
    expect(byId('task-claim-act').textContent).toContain('领取');
  });
});

describe('what is late', () => {
  it('says who urged it, how often and with which word', async () => {
    const urged = { urged_at: '2026-03-05T02:00:00.000Z', urged_times: 2 };
    await open('free', { ...urged, urged_by: '何雨桐', urged_note: '请今天办结' });
    expect(byId('task-urged').textContent).toContain('催办 2 次');
    const note = byId('task-urged-note').textContent ?? '';
    expect(note).toContain('何雨桐催办');
    expect(note).toContain('请今天办结');
  });

  it('says that nobody but the time has reminded', async () => {
    await open('free', { urged_at: '2026-03-05T02:00:00.000Z', urged_times: 1 });
    expect(byId('task-urged-note').textContent).toContain('到期自动提醒');
    expect(screenText()).toContain('催办1次');
  });
});
