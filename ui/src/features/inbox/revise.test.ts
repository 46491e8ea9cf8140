// Beside a task: changing the text, sending what was changed, and what was changed by whom.
import { beforeEach, describe, expect, it } from 'vitest';
import type { RevisionView, TaskForm } from '@/api/generated/types';
import TaskInboxScreen from '@/features/inbox/TaskInboxScreen.vue';
import { asked } from '@/parts/ask';
import { forgetAll } from '@/session/session';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show } from '@test/mount';
import * as tasks from '@test/tasks';

let desk: Desk;
const view: RevisionView = {
  entries: [
    {
      id: 'revision-0',
      by: '秦牧野',
      step: '办公室审核',
      at: '2026-11-20T02:00:00.000Z',
      changes: [
        {
          what: 'suggested',
          by: '秦牧野',
          kind: 'replace',
          before: '6月10日',
          after: '6月15日',
          besides: [],
        },
        { what: 'suggested', by: '秦牧野', kind: 'shape', before: '', after: '', besides: ['分段'] },
      ],
    },
    {
      id: 'revision-1',
      by: '林知遥',
      step: '',
      at: '2026-11-20T02:30:00.000Z',
      changes: [{ what: 'rejected', by: '秦牧野', kind: 'delete', before: '立即', after: '', besides: [] }],
    },
  ],
  mode: { revises: true, settles: false },
  open: 1,
  unsent: false,
  waits: false,
};
const begin = (part: Partial<RevisionView>, form?: TaskForm) => {
  desk = useDesk({
    task_list: tasks.tasksOf(3),
    task_counts: () => ({ todo: 3, urgent: 0, done: 0, to_read: 0 }),
    task_open: tasks.taskView(form),
    process_act: () => ({ kind: 'applied' }),
    revision_list: () => ({ ...view, ...part }),
    revision_send: () => ({ kind: 'applied' }),
  });
  return show(TaskInboxScreen, { at: '/inbox' });
};
beforeEach(forgetAll);

describe('changing a text beside its task', () => {
  it('says who changed what, with the words before and after', async () => {
    await begin({});
    const told = byId('revisions').textContent;
    for (const words of ['秦牧野 · 办公室审核', '改', '6月10日', '6月15日', '分段', '拒绝', '秦牧野提出'])
      expect(told).toContain(words);
    expect(byId('task-revision-open').textContent).toContain('1 处修订待处理');
    await expectAccessible();
  });

  it('sends what was written before it is decided', async () => {
    await begin({ unsent: true });
    expect(screenText()).toContain('您的修改还没有提交');
    await click('task-revision-send');
    expect(desk.argsOf('revision_send')).toEqual([{ id: 'draft-0' }]);
  });

  it('says why it is not decided while what was written is not sent', async () => {
    await begin({ unsent: true, open: 0 });
    await press('Enter', { ctrlKey: true }, byId('task-words'));
    expect(desk.argsOf('process_act').filter((args) => JSON.stringify(args).includes('decide'))).toEqual([]);
    expect(byId('task-text-problem').textContent).toContain('您的修改还没有提交');
    await expectAccessible();
  });

  it('asks before it passes on what has changes to be decided', async () => {
    await begin({});
    await click('task-act');
    expect(asked.value?.consequence).toContain('还有 1 处修订待处理');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('process_act').at(-1)).toMatchObject({ act: { verdict: 'agree' } });
  });

  it('does not sign what has changes to be decided', async () => {
    await begin({}, tasks.signForm);
    const field = byId('task-field-publicity') as HTMLSelectElement;
    field.value = 'open';
    field.dispatchEvent(new Event('change'));
    await settle();
    await click('task-act');
    expect(asked.value).toBeUndefined();
    expect(byId('task-text-problem').textContent).toContain('还有 1 处修订没有处理，不能送签发');
  });

  it('offers nothing where the text is only read', async () => {
    await begin({ mode: null });
    expect(isShown('task-revise')).toBe(false);
  });
});
