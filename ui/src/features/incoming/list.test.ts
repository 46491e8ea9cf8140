// 收文登记: the list, its shelves and what it says of late ones; who may register.
import { describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import IncomingListScreen from '@/features/incoming/IncomingListScreen.vue';
import RailPane from '@/shell/RailPane.vue';
import { asked } from '@/parts/ask';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import * as came from '@test/incoming';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';

let desk: Desk;
const keeper = { ...samples.me, home: 'replica' as const };
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['session', 'incoming'] });
  desk = useDesk({
    session_me: () => keeper,
    process_status: () => ({ enabled_at: '2026-11-01T00:00:00.000Z' }),
    incoming_list: came.listOf(12),
    incoming_counts: () => came.counts,
    incoming_open: ({ id }) => came.view(Number(id.replace('came-', ''))),
    incoming_look: () => ({
      kind: 'pages',
      token: 'tok-1',
      pages: Array.from({ length: 3 }, () => ({ width_mm: 210, height_mm: 297 })),
    }),
    ...answers,
  });
};
const open = async () => {
  const shown = await show(IncomingListScreen, { at: '/incoming' });
  await settle(150);
  return shown;
};

describe('the register', () => {
  it('says number, what, from whom, where it is and how late, shows the first file, and is accessible', async () => {
    begin();
    await open();
    expect(desk.argsOf('incoming_list')).toEqual([
      { state: 'handling', late: false, year: '', text: '', offset: 0, limit: 200 },
    ]);
    const rows = [...document.querySelectorAll('[data-testid="incoming-row"]')].map((one) =>
      one.textContent?.replace(/\s+/g, ''),
    );
    expect(rows[0]).toContain('收〔2026〕1000号');
    expect(rows[0]).toContain('云岭市财政局云财资〔2026〕41号·批示：顾清和');
    expect(rows[1]).toContain('特急');
    expect(rows[1]).toMatch(/超期[34]天/);
    expect(rows[2]).toContain('秘密');
    expect(rows[2]).toContain('未编号');
    expect(byId('incoming-shelf-late').textContent).toContain('1');
    expect(byId('incoming-shelf-all').textContent).toContain('50');
    expect(desk.argsOf('incoming_look')).toEqual([{ id: 'came-0', file_id: 'file-1' }]);
    const picture = document.querySelector<HTMLImageElement>('[data-testid="file-pages"] img');
    expect(picture?.src).toContain('/file/tok-1/0.png');
    await expectAccessible();
  });

  it('asks by shelf, year and words, and the arrows go from shelf to shelf', async () => {
    begin();
    await open();
    await click('incoming-shelf-late');
    expect(desk.argsOf('incoming_list').at(-1)).toMatchObject({ state: 'handling', late: true });
    await press('ArrowRight', {}, byId('incoming-shelf-late'));
    expect(desk.argsOf('incoming_list').at(-1)).toMatchObject({ state: 'closed', late: false });
    expect(document.activeElement).toBe(byId('incoming-shelf-closed'));
    const year = byId('incoming-year') as HTMLSelectElement;
    year.value = year.options[1]?.value ?? '';
    year.dispatchEvent(new Event('change'));
    await type('incoming-search', '清查');
    await settle(260);
    expect(desk.argsOf('incoming_list').at(-1)).toMatchObject({
      year: year.options[1]?.value,
      text: '清查',
    });
    expect(year.options[1]?.value).toMatch(/^20\d\d$/);
  });

  it('fetches only what is seen of a hundred thousand', async () => {
    begin({ incoming_list: came.listOf(100_000) });
    await open();
    byId('incoming-list').focus();
    await press('End');
    byId('incoming-list').scrollTop = 99_990 * 44;
    byId('incoming-list').dispatchEvent(new Event('scroll'));
    await settle(150);
    const offsets = desk.argsOf('incoming_list').map((args) => (args as { offset: number }).offset);
    expect(offsets).toEqual([0, 99_800]);
  });

  it('moves with j, opens with Enter, looks with Space, begins a new one with n', async () => {
    begin();
    const { router } = await open();
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    byId('incoming-list').focus();
    await press('j');
    await press('Enter');
    expect(push).toHaveBeenLastCalledWith({ name: 'incoming-document', params: { id: 'came-1' } });
    await press(' ');
    expect(isShown('incoming-look')).toBe(true);
    await settle();
    await press(' ', {}, byId('incoming-look'));
    expect(isShown('incoming-look')).toBe(false);
    await press('n');
    expect(push).toHaveBeenLastCalledWith({ name: 'incoming-document', params: { id: 'new' } });
  });

  it('is one sentence when there is nothing, and says what failed', async () => {
    begin({ incoming_list: came.listOf(0) });
    const { wrapper } = await open();
    expect(byId('incoming-empty').textContent).toContain('没有正在办理的来文');
    await expectAccessible();
    wrapper.unmount();
    begin({
      incoming_list: () => {
        throw refusal({ code: 'bug', sentence: '读取收文登记时出错。', reference: 'REF-3' });
      },
      sync_status: () => samples.offline,
    });
    deliver({ kind: 'stale', tags: ['sync'] });
    await open();
    expect(screenText()).toContain('REF-3');
    await vi.waitFor(() => expect(isShown('incoming-offline')).toBe(true));
  });

  it('lets the keeper switch 来文办理 on', async () => {
    begin({
      process_status: () => ({ enabled_at: null }),
      process_enable: () => ({ kind: 'applied' }),
    });
    deliver({ kind: 'stale', tags: ['tasks'] });
    await open();
    await vi.waitFor(() => expect(isShown('process-enable')).toBe(true));
    await click('process-enable');
    expect(asked.value?.consequence).toContain('分送传阅');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('process_enable')).toEqual([{ process: 'incoming' }]);
  });

  it('offers no registering to those who do not keep the registers, nor without a server', async () => {
    begin({ session_me: () => ({ ...keeper, permissions: ['member', 'draft'] }) });
    const { wrapper } = await open();
    expect(isShown('incoming-enter') || isShown('process-bar')).toBe(false);
    await press('n', {}, byId('incoming-list'));
    wrapper.unmount();
    begin({ session_me: () => samples.me });
    await open();
    expect(isShown('incoming-enter')).toBe(false);
    expect(byId('incoming-alone').textContent).toContain('加入服务器');
  });
});

describe('收文登记 in the rail', () => {
  it('stands there for the keeper, with what is late', async () => {
    begin();
    await show(RailPane, { at: '/find' });
    await settle();
    expect(byId('rail-incoming').textContent?.replace(/\s/g, '')).toBe('收文登记17');
  });

  it('stands there for others only when they take part', async () => {
    const member = { ...keeper, permissions: ['member', 'draft'] };
    begin({
      session_me: () => member,
      incoming_counts: () => ({ open: 0, handling: 0, late: 0, closed: 0, sent_back: 0 }),
    });
    const { wrapper } = await show(RailPane, { at: '/find' });
    expect(isShown('rail-incoming')).toBe(false);
    wrapper.unmount();
    begin({ session_me: () => member, incoming_counts: () => ({ ...came.counts, late: 0 }) });
    await show(RailPane, { at: '/find' });
    await vi.waitFor(() => expect(byId('rail-incoming').textContent?.replace(/\s/g, '')).toBe('收文登记5'));
  });
});
