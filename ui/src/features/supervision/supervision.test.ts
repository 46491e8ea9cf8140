// 督办台账: what it says and to whom, 立项 from a 批示 and on its own, 催办, 撤项, 督查通报.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import SupervisionScreen from '@/features/supervision/SupervisionScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import RailPane from '@/shell/RailPane.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';
import * as ledger from '@test/supervision';

let desk: Desk;
const officer = {
  ...samples.me,
  home: 'replica' as const,
  permissions: [...samples.me.permissions, 'supervise'],
};
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['session', 'supervision', 'tasks'] });
  desk = useDesk({
    session_me: () => officer,
    process_status: () => ({ enabled_at: '2026-11-01T00:00:00.000Z' }),
    supervision_list: ledger.listOf(12),
    supervision_counts: () => ledger.counts,
    supervision_open: ({ id }) => ledger.view(Number(id.replace('item-', ''))),
    supervision_from: () => ledger.proposed,
    supervision_set_up: () => ({ kind: 'applied' }),
    supervision_figures: () => ledger.figures,
    supervision_circular_write: () => ({ name: '督查通报.docx', bytes: 9_000 }),
    process_urge: () => ({ kind: 'applied' }),
    ...answers,
  });
};
const open = async (at = '/supervision') => {
  const shown = await show(SupervisionScreen, { at });
  await settle(150);
  return shown;
};
const said = () => toasts.map((toast) => toast.text).join();
const words = (testid: string) => byId(testid).textContent?.replace(/\s+/g, '') ?? '';

afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('the ledger', () => {
  it('says number, what, with whom it lies, what was reported and how late it is, and is accessible', async () => {
    begin();
    await open();
    expect(desk.argsOf('supervision_list')).toEqual([
      { light: null, kind: null, text: '', offset: 0, limit: 200 },
    ]);
    const rows = [...document.querySelectorAll('[data-testid="supervision-row"]')].map((one) =>
      one.textContent?.replace(/\s+/g, ''),
    );
    expect(rows[0]).toContain('督〔2026〕1号');
    expect(rows[0]).toContain('国资股（牵头）、农业农村股·国资股：已完成清查，正在汇总。');
    expect(rows[0]).toContain('超期2个工作日');
    expect(rows[1]).toContain('还有1个工作日');
    expect(rows[3]).toContain('待销号');
    expect(words('supervision-shelf-on_time')).toContain('5');
    expect(words('supervision-side')).toContain('抄清内容请国资股牵头，月底前报结果。');
    expect(words('supervision-side')).toContain('阶段性反馈单于明');
    await expectAccessible();
  });

  it('is narrowed by state, kind and words, by keyboard too', async () => {
    begin();
    await open();
    await press('ArrowRight', {}, byId('supervision-shelf-all'));
    expect(desk.argsOf('supervision_list').at(-1)).toMatchObject({ light: 'on_time' });
    const kind = byId('supervision-kinds') as HTMLSelectElement;
    kind.value = 'meeting';
    kind.dispatchEvent(new Event('change'));
    await type('supervision-search', '供热');
    await settle(260);
    expect(desk.argsOf('supervision_list').at(-1)).toMatchObject({ kind: 'meeting', text: '供热' });
  });

  it('urges a department and takes an item back after a second question', async () => {
    begin({ supervision_withdraw: () => ({ kind: 'waiting' }) });
    await open();
    await click('supervision-urge');
    expect(desk.argsOf('process_urge')).toEqual([
      { draft_id: 'item-0', visit: 'units_group:0/handle', note: '' },
    ]);
    await click('supervision-withdraw');
    expect(asked.value?.consequence).toContain('承办部门的待办一并收回');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('supervision_withdraw')).toEqual([{ id: 'item-0', reason: '' }]);
    expect(said()).toContain('待服务器核定');
  });

  it('is one sentence when there is nothing, and says what failed', async () => {
    begin({ supervision_list: ledger.listOf(0) });
    const { wrapper } = await open();
    expect(words('supervision-empty')).toContain('还没有督办事项。');
    await expectAccessible();
    wrapper.unmount();
    begin({
      supervision_list: () => {
        throw refusal({ code: 'bug', sentence: '读取督办台账时出错。', reference: 'REF-7' });
      },
      sync_status: () => samples.offline,
    });
    deliver({ kind: 'stale', tags: ['sync'] });
    await open();
    expect(screenText()).toContain('REF-7');
    await vi.waitFor(() => expect(isShown('supervision-offline')).toBe(true));
  });

  it('offers nothing to those who only carry out', async () => {
    begin({ session_me: () => ({ ...officer, permissions: ['member', 'draft'] }) });
    await open();
    expect(isShown('supervision-set-up') || isShown('supervision-circular')).toBe(false);
    await press('n', {}, byId('supervision-list'));
    expect(isShown('supervision-dialog')).toBe(false);
  });
});

describe('立项', () => {
  it('begins with the words of a 批示, which are copied and may be changed', async () => {
    begin();
    await open('/supervision?from=came-0');
    await vi.waitFor(() =>
      expect((byId('supervision-copy') as HTMLTextAreaElement).value).toContain('请国资股牵头'),
    );
    expect(desk.argsOf('supervision_from')).toEqual([{ id: 'came-0' }]);
    await type('supervision-copy', '请国资股牵头，月底前报结果。');
    await expectAccessible();
    await click('supervision-yes');
    await settle();
    expect(desk.argsOf('supervision_set_up')).toEqual([
      { ...ledger.proposed, copy: '请国资股牵头，月底前报结果。' },
    ]);
    expect(said()).toContain('已立项');
  });

  it('is begun with n, says what is missing, and sends nothing before', async () => {
    begin();
    await open();
    byId('supervision-list').focus();
    await press('n');
    await click('supervision-add');
    await click('supervision-yes');
    expect(screenText()).toContain('请先填写督办事项。');
    expect(words('supervision-limits')).toContain('办结时限');
    expect(desk.argsOf('supervision_set_up')).toEqual([]);
  });

  it('keeps what was typed when the server refuses', async () => {
    begin({
      supervision_set_up: () => {
        throw refusal({ sentence: '办结时限不能早于今天。' });
      },
    });
    await open('/supervision?from=came-0');
    await settle(100);
    await click('supervision-yes');
    await settle();
    expect(byId('supervision-refused').textContent).toContain('办结时限不能早于今天。');
    expect((byId('supervision-copy') as HTMLTextAreaElement).value).toContain('请国资股牵头');
  });
});

describe('督查通报', () => {
  it('says the figures of a period and writes them as a Word file', async () => {
    begin();
    await open();
    await click('supervision-circular');
    await settle();
    expect(words('circular-figures')).toContain('办结率75.0%');
    expect(words('circular-figures')).toContain('按期办结率66.7%');
    await click('circular-docx');
    await settle();
    expect(desk.argsOf('supervision_circular_write')[0]).toMatchObject({ kind: 'docx', token: 'token-1' });
    expect(said()).toContain('督查通报.docx');
  });
});

describe('督办 in the rail', () => {
  it('stands there for who supervises, with what is late, and for others when they take part', async () => {
    begin();
    const { wrapper } = await show(RailPane, { at: '/find' });
    await settle();
    expect(words('rail-supervision')).toBe('督办19');
    wrapper.unmount();
    begin({
      session_me: () => ({ ...officer, permissions: ['member', 'draft'] }),
      supervision_counts: () => ({ running: 0, soon: 0, overdue: 0, ready: 0, closed: 0 }),
    });
    await show(RailPane, { at: '/find' });
    await settle(100);
    expect(isShown('rail-supervision')).toBe(false);
  });
});
