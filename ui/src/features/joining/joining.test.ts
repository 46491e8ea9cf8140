import { describe, expect, it } from 'vitest';
import JoiningScreen from '@/features/joining/JoiningScreen.vue';
import JoinServer from '@/parts/JoinServer.vue';
import SyncPanel from '@/shell/SyncPanel.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/joining';

describe('a desk that worked alone', () => {
  it('shows what it would bring, and brings it when it is confirmed', async () => {
    const desk = useDesk();
    await show(JoinServer);
    await type('join-code', 'ANDU-04T0AB');
    await click('join-begin');
    expect(desk.argsOf('join_begin')).toEqual([{ code: 'ANDU-04T0AB', address: '' }]);
    expect(screenText()).toContain('文稿15件');
    expect(screenText()).toContain('青水〔2026〕1号、青水〔2026〕2号');
    expect(byId('joining-taken').textContent).toContain('关于供水的通知');
    await expectAccessible();
    const department = byId('joining-department');
    if (!(department instanceof HTMLSelectElement)) throw new Error('no choice');
    department.value = 'unit-2';
    department.dispatchEvent(new Event('change'));
    await settle();
    await click('join-confirm');
    expect(desk.argsOf('join_confirm')).toEqual([
      { choices: [{ kind: 'department', old: 'old-unit', new: 'unit-2' }] },
    ]);
    expect(screenText()).toContain('本机已并入服务器');
  });

  it('waits for the records keeper, and can go on or give up', async () => {
    const waiting = { ...samples.reviewing, stage: 'waiting' as const };
    const desk = useDesk({
      join_state: () => ({ ...samples.alone, stage: 'begun' }),
      join_begin: () => waiting,
    });
    await show(JoinServer);
    await click('join-go-on');
    expect(screenText()).toContain('等待业务管理员核对');
    expect(isShown('join-confirm')).toBe(false);
    await click('join-abandon');
    expect(desk.argsOf('join_abandon')).toHaveLength(1);
    expect(isShown('join-begin')).toBe(true);
  });
});

describe('the records keeper', () => {
  it('looks at an offer, and accepts it or says why not', async () => {
    const desk = useDesk();
    await show(JoiningScreen, { at: '/joining' });
    await click('joining-offer');
    expect(screenText()).toContain('登记为补录');
    await expectAccessible();
    await type('joining-reason', '请先清理测试文稿');
    await click('joining-refuse');
    expect(desk.argsOf('joining_decide')).toEqual([
      { id: 'offer-1', accept: false, reason: '请先清理测试文稿', choices: [] },
    ]);
    await click('joining-accept');
    expect(desk.argsOf('joining_decide')[1]).toMatchObject({ accept: true });
  });

  it('is told why an offer cannot be taken over', async () => {
    const wrong = refusal({ sentence: '带来的操作记录前后对不上。' });
    useDesk({ joining_review: () => Promise.reject(wrong) });
    await show(JoiningScreen, { at: '/joining' });
    await click('joining-offer');
    expect(screenText()).toContain('带来的操作记录前后对不上');
    expect(isShown('joining-accept')).toBe(false);
  });
});

describe('what was done here', () => {
  it('shows where each of it stands and leads to the draft', async () => {
    const item = { id: 'c1', draft_id: 'draft-1', title: '关于防汛的通知', at: '2026-11-21T02:00:00.000Z' };
    const plain = { ...item, said: '', people: [] };
    const round = { title: '来文', said: '请于周五前阅毕退回。', people: ['廖慧敏', '江万里'] };
    const desk = useDesk({
      sync_items: () => [
        { ...plain, id: '', kind: 'draft_discard', state: 'refused', reason: '文稿已送审，请先撤件。' },
        { ...item, ...round, id: '', draft_id: '', kind: 'process_circulate', state: 'refused', reason: '' },
        { ...plain, kind: 'draft_submit', state: 'saved', reason: '' },
        { ...plain, id: 'c2', kind: 'draft_update', state: 'sent', reason: '' },
      ],
      sync_now: () => ({
        joined: true,
        server: '',
        online: true,
        waiting: 0,
        last_at: '',
        trouble: '',
        needs_code: false,
        leases: [],
      }),
    });
    await show(SyncPanel, { props: { open: true } });
    await settle();
    expect(byId('sync-next').textContent).toContain('怎么办');
    for (const said of ['未被接受', '移入废稿箱', '文稿已送审，请先撤件。', '送审', '已存本机', '已发出'])
      expect(screenText()).toContain(said);
    expect(byId('sync-said').textContent).toContain('请于周五前阅毕退回。');
    expect(screenText()).toContain('送：廖慧敏、江万里');
    await expectAccessible();
    await click('sync-now');
    expect(desk.argsOf('sync_now')).toHaveLength(1);
  });
});
