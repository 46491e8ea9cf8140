// 办理情况 beside one's own documents, and the numbers in the rail.
import { afterEach, describe, expect, it } from 'vitest';
import DraftTrace from '@/parts/DraftTrace.vue';
import { dismiss, toasts } from '@/parts/notify';
import RailPane from '@/shell/RailPane.vue';
import { expectAccessible } from '@test/axe';
import { useDesk } from '@test/desk';
import { byId, click, isShown, settle, show } from '@test/mount';
import * as tasks from '@test/tasks';

afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('the way of one’s own document', () => {
  it('is nothing where it went by no process', async () => {
    useDesk();
    await show(DraftTrace, { props: { draftId: 'draft-3', mayUrge: true } });
    expect(isShown('draft-trace')).toBe(false);
  });

  it('lets the author ask for haste where it lies', async () => {
    const desk = useDesk({
      process_trace: () => tasks.trace,
      process_urge: () => ({ kind: 'applied' }),
    });
    await show(DraftTrace, { props: { draftId: 'draft-3', mayUrge: true } });
    expect(document.querySelectorAll('[data-testid="trace-urge"]')).toHaveLength(1);
    await expectAccessible();
    await click('trace-urge');
    expect(desk.argsOf('process_urge')).toEqual([{ draft_id: 'draft-3', visit: '1/sign', note: '' }]);
    expect(toasts.map((toast) => toast.text)).toEqual(['已催办“签发”。']);
  });

  it('says that it was urged too soon', async () => {
    useDesk({
      process_trace: () => tasks.trace,
      process_urge: () => ({ kind: 'rejected', reason: '刚刚催办过，请稍后再催。' }),
    });
    await show(DraftTrace, { props: { draftId: 'draft-3', mayUrge: true } });
    await click('trace-urge');
    expect(toasts.map((toast) => toast.text)).toEqual(['刚刚催办过，请稍后再催。']);
  });

  it.each([
    [-3.5, 'overdue', /^（超期 [34] 天）$/],
    [9, 'normal', /^$/],
  ])('shows how near the day is by which a step should be done: %d', async (days, mark, words) => {
    const due_at = new Date(Date.now() + days * 86_400_000).toISOString();
    const visits = tasks.trace.visits.map((visit) => ({ ...visit, due_at }));
    useDesk({ process_trace: () => ({ ...tasks.trace, visits }) });
    await show(DraftTrace, { props: { draftId: `draft-of-${mark}` } });
    const said = byId('trace-due');
    expect(said.dataset.mark).toBe(mark);
    expect(said.textContent.replace(/[^（]*/, '').trim()).toMatch(words);
  });

  it('says where the words are that are not shown, and not that there are none', async () => {
    const leader = tasks.person('董少华', '副主任', {
      verdict: 'agree',
      at: '2026-03-05T02:00:00Z',
      withheld: true,
    });
    const visits = tasks.trace.visits.map((visit) => ({ ...visit, people: [leader] }));
    useDesk({ process_trace: () => ({ ...tasks.trace, visits }) });
    await show(DraftTrace, { props: { draftId: 'draft-withheld' } });
    expect(byId('trace-withheld').textContent).toContain('请按批示抄清办理');
  });

  it('is only read by others', async () => {
    useDesk({ process_trace: () => ({ ...tasks.trace, status: 'done' }) });
    await show(DraftTrace, { props: { draftId: 'draft-3' } });
    expect(isShown('trace-urge')).toBe(false);
    expect(byId('trace-status').textContent).toContain('已办结');
  });
});

describe('the rail', () => {
  const words = (testid: string) => byId(testid).textContent?.replace(/\s/g, '');

  it('counts tasks, with what was submitted before the process, and what was done', async () => {
    useDesk({
      process_status: () => ({ enabled_at: '2026-11-01T00:00:00.000Z' }),
      task_counts: () => ({ todo: 7, urgent: 2, done: 31, to_read: 0 }),
    });
    await show(RailPane, { at: '/find' });
    await settle();
    expect(words('rail-inbox')).toBe('待办319');
    expect(words('rail-done')).toBe('已办31');
  });

  it('counts what others submitted besides, where only what came goes by a process', async () => {
    useDesk({ task_counts: () => ({ todo: 7, urgent: 2, done: 0, to_read: 5 }) });
    await show(RailPane, { at: '/find' });
    await settle();
    expect(words('rail-inbox')).toBe('待办319');
    expect(words('rail-to_read')).toBe('待阅5');
  });

  it('has no 已办 where it is not', async () => {
    useDesk();
    await show(RailPane, { at: '/find' });
    expect(words('rail-inbox')).toBe('待办112');
    expect(isShown('rail-done')).toBe(false);
  });
});
