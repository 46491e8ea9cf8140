// 手写意见 in the form: written in the pad and on the page, handed over with the decision, shown to those who read it.
import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskForm } from '@/api/generated/types';
import { deliver } from '@/api/transport';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { draw } from '@test/draw';
import { handTrace, written } from '@test/ink';
import { byId, click, isShown, press, screenText, settle, show } from '@test/mount';
import * as samples from '@test/samples';
import * as tasks from '@test/tasks';

let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}, form: TaskForm = tasks.form) => {
  desk = useDesk({
    task_list: tasks.tasksOf(12),
    task_counts: () => ({ todo: 12, urgent: 1, done: 3, to_read: 0 }),
    task_open: tasks.taskView(form),
    process_act: () => ({ kind: 'applied' }),
    ...answers,
  });
};
const open = () => show(TaskInboxScreen, { at: '/inbox' });
const acts = () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'));
const line = [
  [100, 50],
  [200, 75],
] as const;

beforeEach(forgetAll);

describe('writing by hand', () => {
  it('goes with the decision, cut to what was written, and stands where words are needed', async () => {
    begin({}, { ...tasks.form, words: 'always' });
    await open();
    await click('task-hand');
    expect(byId('task-hand').getAttribute('aria-expanded')).toBe('true');
    await draw('hand-pad-sheet', line);
    expect(byId('task-hand').textContent).toContain('手写意见（1 笔）');
    await expectAccessible();
    await press('Enter', { ctrlKey: true }, byId('hand-pad'));
    expect(acts()).toEqual([
      {
        id: 'task-0',
        act: {
          kind: 'decide',
          verdict: 'agree',
          words: '',
          items: {},
          chosen: {},
          handwriting: {
            opinion: {
              width: 3200,
              height: 1000,
              strokes: [
                [
                  [100, 100, 500],
                  [3100, 850, 500],
                ],
              ],
            },
            notes: [],
          },
        },
      },
    ]);
  });

  it('is kept while one goes from task to task, and shown where the pad is closed', async () => {
    begin();
    await open();
    await click('task-hand');
    await draw('hand-pad-sheet', line);
    await click('task-hand');
    expect(isShown('hand-pad')).toBe(false);
    expect(byId('task-side').querySelector('.hands svg')?.getAttribute('aria-label')).toContain('尚未提交');
    byId('task-list').focus();
    await press('j');
    expect(byId('task-hand').textContent?.trim()).toBe('手写意见');
    await press('k');
    expect(byId('task-hand').textContent).toContain('1 笔');
  });

  it('is on the page too, by page, while that is asked for', async () => {
    begin();
    await open();
    await settle(200);
    expect(isShown('page-ink')).toBe(false);
    await click('task-mark-pages');
    expect(screenText()).toContain('批注随意见一起提交');
    await draw('page-ink-sheet', line);
    expect(byId('task-mark-pages').textContent).toContain('在页面上批注（第 1 页）');
    await click('task-mark-pages');
    expect(isShown('page-ink')).toBe(false);
    expect(isShown('page-own')).toBe(true);
    await click('task-act');
    expect(acts()).toMatchObject([
      {
        act: {
          handwriting: {
            opinion: null,
            notes: [{ file: '', page: 1, sheet: { width: 21000, height: 29700 } }],
          },
        },
      },
    ]);
  });
});

it('clears what was written on a page whose words have changed since, and says so', async () => {
  begin();
  await open();
  await settle(200);
  await click('task-mark-pages');
  await draw('page-ink-sheet', line);
  const other = samples.preview('draft-0');
  desk.answers.preview_get = () => ({
    ...other,
    pages: other.pages.map((page) => ({ ...page, hash: 'changed' })),
  });
  deliver({ kind: 'stale', tags: ['drafts'] });
  await settle(600);
  expect(byId('task-mark-pages').textContent?.trim()).toBe('在页面上批注');
  expect(toasts.map((toast) => toast.text).join()).toContain('第 1 页上的批注不再适用');
});

it('shows what was written to those who read the opinions: in the trace and, as far as it stands, on the page', async () => {
  const notes = (stands: boolean) => () => [written({ stands })];
  begin({
    task_open: () => ({ ...tasks.taskView()({ id: 'task-0' }), trace: handTrace }),
    process_trace: () => handTrace,
    process_handwriting: notes(true),
  });
  await open();
  await settle(200);
  expect(byId('ink-sheet').getAttribute('aria-label')).toBe('秦牧野的手写意见');
  expect(byId('trace-noted').textContent).toBe('在第 1 页写有批注');
  expect(byId('page-mark').getAttribute('aria-label')).toBe('秦牧野（办公室审核）写在页面上的批注');
  desk.answers.process_handwriting = notes(false);
  deliver({ kind: 'stale', tags: ['tasks'] });
  await settle(400);
  expect(isShown('page-mark')).toBe(false);
  expect(isShown('trace-noted')).toBe(true);
});
