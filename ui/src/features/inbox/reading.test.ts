// 待阅, several at once, and what came from elsewhere in 待办.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TaskForm } from '@/api/generated/types';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
import InboxDoor from '@/router/InboxDoor.vue';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import * as came from '@test/incoming';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as tasks from '@test/tasks';

const reading = { process: 'incoming', step: '', act: '', from: '林知遥', note: '请提前了解。' } as const;
let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    task_list: tasks.tasksOf(6, (at) => tasks.taskRow(at, reading)),
    task_counts: () => ({ todo: 0, urgent: 0, done: 0, to_read: 6 }),
    task_open: ({ id }) => ({
      ...tasks.taskView(null, { ...reading, state: 'to_read' })({ id }),
      trace: came.trace,
    }),
    process_act: () => ({ kind: 'applied' }),
    incoming_open: () => came.view(),
    incoming_look: () => ({ kind: 'words', lines: ['各县（区）财政局：'], is_whole: true }),
    ...answers,
  });
};
const open = async (at = '/to-read') => {
  const shown = await show(TaskInboxScreen, { at });
  await settle(200);
  return shown;
};
const acts = () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'));
const chosen = () => byId('task-side').dataset.task;
const read = (at: number, note = '') => ({ id: `task-${at}`, act: { kind: 'read', note } });

beforeEach(forgetAll);
afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('待阅', () => {
  it('shows the file, the entry and who gave it, and is accessible', async () => {
    begin();
    await open();
    expect(desk.argsOf('task_list')[0]).toMatchObject({ state: 'to_read' });
    expect(byId('file-words').textContent).toContain('各县（区）财政局');
    expect(byId('task-row').textContent).toContain('由林知遥送阅 · 请提前了解。');
    expect(byId('incoming-facts').textContent).toContain('收〔2026〕1000号');
    expect(desk.argsOf('preview_get')).toEqual([]);
    await expectAccessible();
  });

  it('is read with a word, and the next opens by itself', async () => {
    begin();
    await open();
    await type('read-words', '知悉。');
    await press('Enter', { ctrlKey: true }, byId('read-words'));
    expect(acts()).toEqual([read(0, '知悉。')]);
    expect(chosen()).toBe('task-1');
    await press('Enter', { ctrlKey: true }, byId('task-list'));
    expect(acts().at(-1)).toEqual(read(1));
  });

  it('is read for several at once that were marked by keys and by hand', async () => {
    begin({
      process_act: ({ id }) =>
        id === 'task-1' ? { kind: 'rejected', reason: '已经收回。' } : { kind: 'applied' },
    });
    await open();
    byId('task-list').focus();
    await press('x');
    await press('ArrowDown', { shiftKey: true });
    document.querySelectorAll<HTMLInputElement>('[data-testid="task-mark"]')[3]?.click();
    await settle();
    expect(byId('marked-bar').textContent).toContain('已选 3 件');
    await expectAccessible();
    await press('Enter', { ctrlKey: true }, byId('task-list'));
    expect(acts()).toEqual([read(0), read(1), read(3)]);
    const said = toasts.map((toast) => toast.text).join();
    expect(said).toContain('已阅 2 件');
    expect(said).toContain('有 1 件没有办成：已经收回。');
    expect(byId('marked-bar').textContent).toContain('已选 1 件');
    await press('Escape', {}, byId('task-list'));
    expect(isShown('marked-bar')).toBe(false);
  });

  it('opens the document of the register', async () => {
    begin();
    const { router } = await open();
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    await click('task-open');
    expect(push).toHaveBeenCalledWith({ name: 'incoming-document', params: { id: 'draft-0' } });
  });

  it('is said in 已办 as read, and cannot be taken back', async () => {
    begin({
      task_list: tasks.tasksOf(1, (at) =>
        tasks.taskRow(at, { ...reading, done_at: '2026-11-20T01:00:00.000Z' }),
      ),
    });
    await open('/done');
    expect(byId('task-row').textContent).toContain('已阅');
    expect(isShown('task-take-back')).toBe(false);
  });
});

describe('several at once in 待办', () => {
  const step = { process: 'incoming', step: '传阅', act: '已阅' } as const;
  const withForm = (form: TaskForm, part: Partial<Parameters<typeof tasks.taskRow>[1]> = {}) =>
    begin({
      task_list: tasks.tasksOf(4, (at) => tasks.taskRow(at, { ...step, ...part })),
      task_open: ({ id }) => ({ ...tasks.taskView(form, { ...step, ...part })({ id }), trace: came.trace }),
    });

  it('is only for steps that the process lets be done for many', async () => {
    withForm({ ...tasks.form, visit: '1/read', act: '已阅', batch: true });
    await open('/inbox');
    byId('task-list').focus();
    await press('x');
    await press('ArrowDown', { shiftKey: true });
    await click('marked-read');
    const agreed = { kind: 'decide', verdict: 'agree', words: '', items: {}, chosen: {} };
    expect(acts()).toEqual([
      { id: 'task-0', act: agreed },
      { id: 'task-1', act: agreed },
    ]);
  });

  it('is 圈阅 where there is something to consent to, with one key', async () => {
    withForm({ ...tasks.form, visit: '1/leaders_see', act: '圈阅', words: 'never', batch: true });
    await open('/inbox');
    byId('task-list').focus();
    await press('x');
    await press('ArrowDown', { shiftKey: true });
    expect(byId('marked-read').textContent).toContain('一并圈阅');
    await press('o', {}, byId('task-list'));
    const circled = { kind: 'decide', verdict: 'circle', words: '', items: {}, chosen: {} };
    expect(acts()).toEqual([
      { id: 'task-0', act: circled },
      { id: 'task-1', act: circled },
    ]);
    expect(toasts.map((toast) => toast.text).join()).toContain('圈阅 2 件');
  });

  it.each(['sign', 'instruct', 'office_review', 'leader_review'])(
    'is never for %s, whatever the process says',
    async (node) => {
      const step = `一步-${node}`;
      withForm({ ...tasks.form, visit: `1/${node}`, act: '办理', words: 'never', batch: true }, { step });
      await open('/inbox');
      byId('task-list').focus();
      await press('x');
      expect(isShown('marked-bar') || isShown('task-mark')).toBe(false);
    },
  );

  it('is never for others', async () => {
    withForm({ ...tasks.form, visit: '1/instruct', act: '批示' }, { step: '批示', act: '批示' });
    await open('/inbox');
    byId('task-list').focus();
    await press('x');
    expect(isShown('marked-bar') || isShown('task-mark')).toBe(false);
    expect(toasts.map((toast) => toast.text).join()).toContain('须逐件办理');
  });
});

describe('deciding about what came', () => {
  it('chooses one department, and says what sending it back means there', async () => {
    const form: TaskForm = {
      ...tasks.form,
      visit: '1/take',
      act: '签收承办',
      returns: [],
      may: [],
      fields: [
        {
          name: 'lead_unit',
          title: '牵头部门',
          note: '',
          kind: 'unit',
          options: [],
          required: true,
          offered: false,
          value: null,
        },
      ],
    };
    begin({
      task_list: tasks.tasksOf(2, (at) => tasks.taskRow(at, { process: 'incoming' })),
      task_open: tasks.taskView(form, { process: 'incoming' }),
    });
    await open('/inbox');
    expect(byId('task-refuse').textContent).toContain('退回分办');
    expect(isShown('task-circle')).toBe(false);
    const field = byId('task-field-lead_unit') as HTMLSelectElement;
    expect(field.options.length).toBeGreaterThan(1);
    field.value = field.options[1]?.value ?? '';
    field.dispatchEvent(new Event('change'));
    await click('task-act');
    expect(acts()).toMatchObject([{ act: { items: { lead_unit: field.options[1]?.value } } }]);
    expect(field.options[1]?.value).not.toBe('');
  });
});

describe('the door where only what came goes by a process', () => {
  it('shows the tasks, and lets one look at the drafts that others submitted', async () => {
    begin({ task_counts: () => ({ todo: 6, urgent: 0, done: 0, to_read: 0 }) });
    await show(InboxDoor, { at: '/inbox' });
    await vi.waitFor(() => expect(isShown('task-screen-inbox')).toBe(true), { timeout: 30_000 });
    expect(screenText()).toContain('另有12件送审的文稿');
    await click('inbox-received-turn');
    await vi.waitFor(() => expect(isShown('draft-list')).toBe(true), { timeout: 30_000 });
  });
});
