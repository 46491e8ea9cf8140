// Another way than deciding: sending a task back, passing it on, asking several first, taking back; and who is asked next.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskNext } from '@/api/generated/types';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
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
/** What was done, without the word that a task was opened. */
const acts = () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'));
const chosen = () => byId('task-side').dataset.task;

beforeEach(forgetAll);
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('another way than deciding', () => {
  it('sends back with a reason, and says before what becomes void', async () => {
    begin();
    await open();
    await click('task-return');
    const targets = [...document.querySelectorAll<HTMLInputElement>('[data-testid="return-to"]')];
    expect(byId('return-voids').textContent).toContain('将作废 1 个已签意见：办公室审核 秦牧野');
    targets[1]?.click();
    await settle();
    expect(byId('return-voids').textContent).toContain(
      '将作废 2 个已签意见：处室核稿 何雨桐、办公室审核 秦牧野',
    );
    await expectAccessible();
    await click('return-yes');
    expect(acts()).toEqual([]);
    expect(screenText()).toContain('请写明退回的理由');
    await click('return-straight');
    expect(isShown('return-voids')).toBe(false);
    await type('return-reason', '附件缺表。');
    await press('Enter', { ctrlKey: true }, byId('return-reason'));
    expect(acts()).toEqual([
      { id: 'task-0', act: { kind: 'return', to: '1/draft', straight: true, reason: '附件缺表。' } },
    ]);
    expect(isShown('return-dialog')).toBe(false);
    expect(chosen()).toBe('task-1');
  });

  it('passes it on to somebody who is found by name', async () => {
    begin();
    await open();
    await click('task-more');
    expect(isShown('task-pass-add_beside')).toBe(false);
    await click('task-pass-transfer');
    await click('pass-yes');
    expect(screenText()).toContain('请选择人员');
    await type('pass-person-text', '陆');
    await settle(220);
    expect(desk.argsOf('contact_list').at(-1)).toMatchObject({ text: '陆' });
    const lu = document.querySelector<HTMLElement>(
      '[data-testid="pass-person-one"][data-person="person-陆时雨"]',
    );
    lu?.click();
    await settle();
    await type('pass-note', '请代为核定。');
    await expectAccessible();
    await click('pass-yes');
    expect(acts()).toEqual([
      { id: 'task-0', act: { kind: 'transfer', to: 'person-陆时雨', note: '请代为核定。' } },
    ]);
  });

  it('sends it to several before oneself', async () => {
    begin();
    await open();
    await click('task-pass-add_before');
    const people = [...document.querySelectorAll<HTMLElement>('[data-testid="pass-person-one"]')];
    for (const one of people.slice(0, 2)) {
      one.click();
      await settle(0);
    }
    await click('pass-yes');
    expect(acts()).toMatchObject([{ act: { kind: 'add', place: 'before' } }]);
    expect((acts()[0] as { act: { people: string[] } }).act.people).toHaveLength(2);
  });

  it('takes back what was done', async () => {
    begin({ task_open: tasks.taskView(null, { state: 'done' }) });
    await open('/done');
    expect(desk.argsOf('task_list')).toMatchObject([{ state: 'done' }]);
    expect(isShown('task-form')).toBe(false);
    await click('task-take-back');
    expect(acts()).toEqual([{ id: 'task-0', act: { kind: 'take_back' } }]);
    await expectAccessible();
  });
});

describe('who is asked next', () => {
  const next = (answer: Partial<TaskNext>) => ({
    task_next: () => ({ steps: [], waits: [], ends: false, ...answer }),
  });

  it('is said before one decides, by name where names are known', async () => {
    const steps = [
      { step: '办公室审核', people: ['余婉清', '秦牧野'], any: true },
      { step: '会签', people: ['县水务局负责人'], any: false },
    ];
    begin(next({ steps }));
    await open();
    expect(byId('task-next').textContent).toBe(
      '办理后到：办公室审核（余婉清、秦牧野，任一人）、会签（县水务局负责人）',
    );
    await expectAccessible();
  });

  it('is who else is waited for in the same step, or nobody', async () => {
    begin(next({ waits: ['陆时雨'] }));
    await open();
    expect(byId('task-next').textContent).toBe('本环节还要等陆时雨办理。');
    desk.answers.task_next = next({ ends: true }).task_next;
    await press('ArrowDown');
    await settle(50);
    expect(byId('task-next').textContent).toBe('办理后整件办结。');
  });

  it('is asked for anew with what is entered', async () => {
    begin({ task_open: tasks.taskView(tasks.signForm) });
    await open();
    expect(isShown('task-next')).toBe(false);
    const field = byId('task-field-publicity') as HTMLSelectElement;
    field.value = 'open';
    field.dispatchEvent(new Event('change'));
    await settle(400);
    expect(desk.argsOf('task_next').at(-1)).toEqual({
      id: 'task-0',
      items: { publicity: 'open' },
      chosen: {},
    });
  });
});
