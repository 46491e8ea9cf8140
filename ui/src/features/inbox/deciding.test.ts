// Deciding a task by hand and by key; what is missing, what is refused, what waits.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChooseStep, TaskForm } from '@/api/generated/types';
import { deliver } from '@/api/transport';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { forgetAll } from '@/session/session';
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
const withForm = (form: TaskForm) => begin({ task_open: tasks.taskView(form) });
const open = (at = '/inbox') => show(TaskInboxScreen, { at });
/** What was done, without the word that a task was opened. */
const acts = () => desk.argsOf('process_act').filter((args) => !JSON.stringify(args).includes('"see"'));
const chosen = () => byId('task-side').dataset.task;
const said = () => toasts.map((toast) => toast.text).join();

beforeEach(forgetAll);
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('deciding', () => {
  it('sends words with Ctrl+Enter, and the next task is selected', async () => {
    begin();
    await open();
    await type('task-words', '拟同意，请审核。');
    await press('Enter', { ctrlKey: true }, byId('task-words'));
    expect(acts()).toEqual([
      {
        id: 'task-0',
        act: { kind: 'decide', verdict: 'agree', words: '拟同意，请审核。', items: {}, chosen: {} },
      },
    ]);
    expect(chosen()).toBe('task-1');
    expect(document.activeElement).toBe(byId('task-list'));
    expect(said()).toContain('已办理“审核通过”');
    expect(toasts[0]?.stays).toBe(8_000);
    expect(toasts[0]?.action?.label).toBe('收回');
    toasts[0]?.action?.act();
    await settle();
    expect(acts().at(-1)).toEqual({ id: 'task-0', act: { kind: 'take_back' } });
  });

  it('does nothing while an input method composes', async () => {
    begin();
    await open();
    await press('Enter', { ctrlKey: true, isComposing: true }, byId('task-words'));
    expect(acts()).toEqual([]);
  });

  it('puts a ready sentence where the cursor is', async () => {
    begin();
    await open();
    await type('task-words', '经核。');
    const area = byId('task-words') as HTMLTextAreaElement;
    area.setSelectionRange(3, 3);
    await click('task-phrase');
    expect(area.value).toBe('经核。拟同意，请审核。');
    expect(document.activeElement).toBe(area);
  });

  it('keeps what is typed for each task while one goes from task to task', async () => {
    begin();
    await open();
    await type('task-words', '还要再看看');
    byId('task-list').focus();
    await press('j');
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('');
    await press('k');
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('还要再看看');
  });

  it('keeps it over whatever arrives, and forgets it when the desk is locked', async () => {
    begin();
    const { wrapper } = await open();
    await type('task-words', '还要再看看');
    wrapper.unmount();
    deliver({ kind: 'stale', tags: ['session', 'tasks'] });
    const { wrapper: again } = await open();
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('还要再看看');
    again.unmount();
    forgetAll();
    await open();
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('');
  });

  it('leaves the form with Escape', async () => {
    begin();
    await open();
    byId('task-words').focus();
    await press('Escape');
    expect(document.activeElement).toBe(byId('task-list'));
  });

  it('asks for words with a refusal, and loses nothing', async () => {
    begin();
    await open();
    await click('task-refuse');
    expect(acts()).toEqual([]);
    expect(byId('task-words-problem').textContent).toContain('不同意须写明意见');
    expect(document.activeElement).toBe(byId('task-words'));
    await type('task-words', '依据不足。');
    await click('task-refuse');
    expect(acts()).toMatchObject([{ act: { verdict: 'refuse', words: '依据不足。' } }]);
  });

  it('circles with a key, without words, and not while typing', async () => {
    begin();
    await open();
    await press('o', {}, byId('task-words'));
    expect(acts()).toEqual([]);
    byId('task-list').focus();
    await press('o');
    expect(acts()).toEqual([
      { id: 'task-0', act: { kind: 'decide', verdict: 'circle', words: '', items: {}, chosen: {} } },
    ]);
  });

  it('offers neither circling nor refusing where there is nothing to judge, or words are needed', async () => {
    withForm({ ...tasks.form, visit: '1/register', act: '编号', words: 'never' });
    await open();
    expect(isShown('task-circle') || isShown('task-refuse')).toBe(false);
  });

  it('says at the field what is missing, then asks once more before 签发', async () => {
    withForm(tasks.signForm);
    await open();
    await click('task-act');
    expect(screenText()).toContain('公开属性（必填）');
    expect(byId('task-problem').textContent).toContain('请填写“公开属性”');
    expect(document.activeElement).toBe(byId('task-field-publicity'));
    await expectAccessible();
    const field = byId('task-field-publicity') as HTMLSelectElement;
    field.value = 'open';
    field.dispatchEvent(new Event('change'));
    await settle(0);
    await click('task-act');
    expect(asked.value?.consequence).toContain('签发后文稿不能改动');
    asked.value?.answer(false);
    await settle();
    expect(acts()).toEqual([]);
    await click('task-act');
    asked.value?.answer(true);
    await settle();
    expect(acts()).toMatchObject([{ act: { verdict: 'agree', items: { publicity: 'open' } } }]);
    expect(toasts[0]?.action).toBeUndefined();
  });

  it('asks for what goes with a choice once that is chosen, and not before', async () => {
    const form = tasks.signForm;
    const [field] = form.fields;
    if (!field) throw new Error('no field');
    const reason = { ...field, name: 'publicity_reason', title: '不予公开的理由', kind: 'text', options: [] };
    withForm({
      ...form,
      fields: [field, { ...reason, required: false, with: { field: 'publicity', code: 'closed' } }],
    });
    await open();
    expect(isShown('task-field-publicity_reason')).toBe(false);
    const choice = byId('task-field-publicity') as HTMLSelectElement;
    choice.value = 'closed';
    choice.dispatchEvent(new Event('change'));
    await settle();
    await click('task-act');
    expect(acts()).toEqual([]);
    expect(document.activeElement).toBe(byId('task-field-publicity_reason'));
    await type('task-field-publicity_reason', '属内部管理事项。');
    // Chosen otherwise, it is neither asked for nor sent.
    choice.value = 'open';
    choice.dispatchEvent(new Event('change'));
    await settle();
    expect(isShown('task-field-publicity_reason')).toBe(false);
    choice.value = 'closed';
    choice.dispatchEvent(new Event('change'));
    await settle();
    await click('task-act');
    asked.value?.answer(true);
    await settle();
    const items = { publicity: 'closed', publicity_reason: '属内部管理事项。' };
    expect(acts()).toMatchObject([{ act: { verdict: 'agree', items } }]);
  });

  it('says at the field that a limit is over already', async () => {
    const limit = {
      name: 'due_on',
      title: '办理期限',
      kind: 'day',
      note: '',
      options: [],
      from: '2026-11-24',
    };
    withForm({ ...tasks.form, fields: [{ ...limit, required: true, value: null, offered: false }] });
    await open();
    await type('task-field-due_on', '2020-1-1');
    await press('Enter', {}, byId('task-field-due_on'));
    await click('task-act');
    expect(acts()).toEqual([]);
    expect(byId('task-problem').textContent).toContain('办理期限不能早于2026年11月24日。');
    await type('task-field-due_on', '2026-11-24');
    await press('Enter', {}, byId('task-field-due_on'));
    await click('task-act');
    expect(acts()).toMatchObject([{ act: { items: { due_on: '2026-11-24' } } }]);
  });

  it('sends numbers as numbers, and only what was entered', async () => {
    const field = { note: '', options: [], required: false, value: null, offered: false };
    withForm({
      ...tasks.form,
      fields: [
        { ...field, name: 'copies', title: '印制份数', kind: 'number', required: true },
        { ...field, name: 'normative', title: '行政规范性文件', kind: 'yes_no' },
        { ...field, name: 'important', title: '重要公文', kind: 'yes_no' },
        { ...field, name: 'countersign_units', title: '会签部门', kind: 'units' },
      ],
    });
    await open();
    await type('task-field-copies', '六十');
    await click('task-act');
    expect(screenText()).toContain('请填写整数');
    await type('task-field-copies', '60');
    await click('task-field-normative');
    byId('task-field-countersign_units').setAttribute('open', '');
    await click('task-field-countersign_units-unit');
    await click('task-act');
    expect(acts()).toMatchObject([
      { act: { items: { copies: 60, normative: true, countersign_units: ['unit-局领导'] } } },
    ]);
    expect(JSON.stringify(acts())).not.toContain('important');
  });

  it('sends what is offered as the copy as it stands, in as many lines as it has', async () => {
    const offered = '董少华（2026年3月5日）：请督查科牵头办理。\n顾清和（2026年3月6日）：同意。';
    const field = { name: 'instruction_copy', title: '批示抄清', note: '', kind: 'text', options: [] };
    withForm({
      ...tasks.form,
      fields: [{ ...field, required: false, value: offered, offered: true }],
    });
    await open();
    const copy = byId('task-field-instruction_copy') as HTMLTextAreaElement;
    expect(copy.value).toBe(offered);
    expect(copy.rows).toBeGreaterThan(2);
    await expectAccessible();
    await click('task-act');
    expect(acts()).toMatchObject([{ act: { items: { instruction_copy: offered } } }]);
  });

  const leaders: ChooseStep = { node: 'leader_review', step: '领导审签', chosen: '', nobody: 'skips' };

  it('sends who is chosen for a later step, and asks nothing then', async () => {
    withForm({ ...tasks.form, choose: [leaders] });
    await open();
    byId('task-choose').setAttribute('open', '');
    await click('task-choose-leader_review-one');
    await click('task-act');
    expect(asked.value).toBeUndefined();
    expect(acts()).toMatchObject([{ act: { chosen: { leader_review: ['person-顾清和'] } } }]);
  });

  it('asks before a step is skipped for which nobody is chosen', async () => {
    withForm({ ...tasks.form, choose: [leaders] });
    await open();
    expect(byId('task-choose').textContent).toContain('领导审签：未选人（不选则跳过这一步）');
    await click('task-act');
    expect(asked.value?.consequence).toContain('没有为“领导审签”选择办理人，这一步将跳过');
    asked.value?.answer(false);
    await settle();
    expect(acts()).toEqual([]);
    await click('task-act');
    asked.value?.answer(true);
    await settle();
    expect(acts()).toMatchObject([{ act: { verdict: 'agree', chosen: {} } }]);
  });

  it('does not ask where somebody was chosen before, or where others take it', async () => {
    const steps: ChooseStep[] = [
      { ...leaders, chosen: '董少华' },
      { ...leaders, node: 'joint_sign', step: '联署会签', nobody: 'open' },
    ];
    withForm({ ...tasks.form, choose: steps });
    await open();
    expect(byId('task-choose').textContent).toContain('领导审签：董少华');
    await click('task-act');
    expect(acts()).toHaveLength(1);
  });

  it('does not ask for a refusal who comes next', async () => {
    withForm({ ...tasks.form, choose: [leaders] });
    await open();
    await type('task-words', '依据不足。');
    await click('task-refuse');
    expect(acts()).toMatchObject([{ act: { verdict: 'refuse' } }]);
  });

  it('says at the choice that somebody must be chosen where the step is not skipped', async () => {
    const read: ChooseStep = { node: 'read', step: '传阅', chosen: '', nobody: 'refused' };
    withForm({ ...tasks.form, choose: [read] });
    await open();
    await click('task-act');
    expect(acts()).toEqual([]);
    expect(byId('task-choose').hasAttribute('open')).toBe(true);
    expect(byId('task-choose').textContent).toContain('请选择“传阅”由谁办理。');
    expect(document.activeElement).toBe(byId('task-choose-read-text'));
    await expectAccessible();
    await click('task-choose-read-one');
    await click('task-act');
    expect(acts()).toMatchObject([{ act: { chosen: { read: ['person-顾清和'] } } }]);
  });

  it('only hands in an opinion where one was asked for', async () => {
    withForm({ ...tasks.form, advises: true, words: 'always', may: [], returns: [] });
    await open();
    expect(byId('task-act').textContent).toContain('提交意见');
    for (const absent of ['task-circle', 'task-refuse', 'task-return', 'task-more'])
      expect(isShown(absent), absent).toBe(false);
    await click('task-act');
    expect(acts()).toEqual([]);
    await type('task-words', '建议补充依据。');
    await click('task-act');
    expect(acts()).toMatchObject([{ act: { verdict: 'abstain', words: '建议补充依据。' } }]);
  });

  it('says in the form what was refused, and keeps the words', async () => {
    begin({ process_act: () => ({ kind: 'rejected', reason: '文稿内容已变，请重新阅看后再办理。' }) });
    await open();
    await type('task-words', '同意。');
    await click('task-act');
    expect(byId('task-refused').textContent).toContain('文稿内容已变');
    expect((byId('task-words') as HTMLTextAreaElement).value).toBe('同意。');
    expect(chosen()).toBe('task-0');
    await expectAccessible();
  });

  it('waits for the word that it was opened, which may be on its way still', async () => {
    let turns = 0;
    begin({
      process_act: ({ act }) => {
        if (act.kind === 'see') return { kind: 'waiting' };
        turns += 1;
        if (turns < 3) throw refusal({ key: 'process.act_waits', sentence: '还在待同步。' });
        return { kind: 'waiting' };
      },
    });
    await open();
    await settle(1_600);
    await click('task-act');
    await settle(900);
    expect(turns).toBe(3);
    expect(said()).toContain('“审核通过”');
  });

  it('holds what needs the server while there is none, and says so', async () => {
    begin({
      sync_status: () => samples.offline,
      task_open: tasks.taskView({ ...tasks.form, online: true }),
    });
    await open();
    expect((byId('task-act') as HTMLButtonElement).disabled).toBe(true);
    expect(byId('task-held').textContent).toContain('须在联网时办理');
    byId('task-list').focus();
    await press('Enter', { ctrlKey: true });
    expect(acts()).toEqual([]);
  });

  it('shows in words what waits and what the server refused', async () => {
    begin({
      task_list: tasks.tasksOf(2, (at) =>
        tasks.taskRow(at, at === 0 ? { sync: 'waiting' } : { sync: 'refused', refusal: '已由顾清和办结。' }),
      ),
    });
    await open();
    expect(byId('task-waiting').textContent).toContain('送达服务器后');
    expect(isShown('task-form')).toBe(false);
    byId('task-list').focus();
    await press('j');
    expect(byId('task-refusal').textContent).toContain('已由顾清和办结');
    expect(isShown('task-form')).toBe(true);
  });
});
