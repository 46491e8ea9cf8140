import { describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import DraftListScreen from '@/features/drafts/DraftListScreen.vue';
import { choosingType } from '@/parts/compose';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { pageOf, refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show } from '@test/mount';
import * as samples from '@test/samples';

const listed = (name: 'draft_list', desk: ReturnType<typeof useDesk>) => desk.argsOf(name);

describe('the list of drafts', () => {
  it('fetches the first page, shows the page of the first draft, and is accessible', async () => {
    const desk = useDesk();
    await show(DraftListScreen, { at: '/drafts' });
    expect(listed('draft_list', desk)).toEqual([
      { state: 'drafting', document_type: null, from_other: false, offset: 0, limit: 200 },
    ]);
    expect(byId('list-total').textContent).toContain('48');
    expect(screenText()).toContain('关于开展2026年度全县行政事业单位国有资产清查工作的通知');
    expect(desk.argsOf('preview_get')).toEqual([{ id: 'draft-0' }]);
    await expectAccessible();
  });

  it.each([
    ['/inbox', { state: null, from_other: true }],
    ['/submitted', { state: 'submitted', from_other: false }],
    ['/discarded', { state: 'discarded', from_other: false }],
  ])('asks for the drafts of %s', async (at, wanted) => {
    const desk = useDesk();
    await show(DraftListScreen, { at });
    expect(listed('draft_list', desk)[0]).toMatchObject(wanted);
  });

  it('fetches only the page one has jumped to in a hundred thousand', async () => {
    const desk = useDesk({ draft_list: pageOf(100_000) });
    await show(DraftListScreen);
    byId('draft-list').focus();
    await press('End');
    const box = byId('draft-list');
    box.scrollTop = 99_990 * 44;
    box.dispatchEvent(new Event('scroll'));
    await settle(150);
    const offsets = listed('draft_list', desk).map((args) => (args as { offset: number }).offset);
    expect(offsets).toEqual([0, 99_800]);
    expect(screenText()).toContain('第8333稿');
  });

  it('is one sentence and one act when there is nothing', async () => {
    useDesk({ draft_list: pageOf(0) });
    await show(DraftListScreen);
    expect(screenText()).toContain('还没有文稿');
    await click('list-new');
    expect(choosingType.value).toBe(true);
    choosingType.value = false;
    await expectAccessible();
  });

  it('shows a refusal with its number and tries again', async () => {
    let broken = true;
    useDesk({
      draft_list: (args) => {
        if (broken) throw refusal({ code: 'bug', sentence: '读取文稿列表时出错。', reference: 'REF-7' });
        return pageOf(3)(args);
      },
    });
    await show(DraftListScreen);
    expect(screenText()).toContain('REF-7');
    await expectAccessible();
    broken = false;
    [...document.querySelectorAll('button')].find((button) => button.textContent?.includes('重试'))?.click();
    await settle();
    expect(isShown('draft-row')).toBe(true);
  });

  it('says that it is offline and how much waits', async () => {
    useDesk({ sync_status: () => samples.offline });
    await show(DraftListScreen);
    expect(byId('list-offline').textContent).toContain('3 项待同步');
  });

  it('follows the desk when drafts change', async () => {
    const desk = useDesk();
    await show(DraftListScreen);
    desk.answers.draft_list = pageOf(5);
    deliver({ kind: 'stale', tags: ['drafts'] });
    await settle(400);
    expect(byId('list-total').textContent).toContain('5');
  });
});

describe('acts on a draft by keyboard', () => {
  it('moves with j and k, opens with Enter', async () => {
    useDesk();
    const { router } = await show(DraftListScreen);
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    byId('draft-list').focus();
    await press('j');
    await press('j');
    await press('k');
    await press('Enter');
    expect(push).toHaveBeenCalledTimes(1);
    expect(push).toHaveBeenCalledWith({ name: 'draft', params: { id: 'draft-1' } });
  });

  it('opens nothing while an input method composes', async () => {
    useDesk();
    const { router } = await show(DraftListScreen);
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    byId('draft-list').focus();
    await press('Enter', { isComposing: true });
    await press('Enter', { keyCode: 229 });
    expect(push).not.toHaveBeenCalled();
  });

  it('discards with Delete and takes it back for eight seconds', async () => {
    const desk = useDesk();
    await show(DraftListScreen);
    byId('draft-list').focus();
    await press('Delete');
    expect(desk.argsOf('draft_discard')).toEqual([{ id: 'draft-0' }]);
    const undo = toasts.find((toast) => toast.action);
    expect(undo?.stays).toBe(8_000);
    undo?.action?.act();
    await settle();
    expect(desk.argsOf('draft_recover')).toEqual([{ id: 'draft-0' }]);
    for (const toast of [...toasts]) dismiss(toast.id);
  });

  it('never discards what is submitted', async () => {
    const desk = useDesk({ draft_list: pageOf(1, () => samples.draftRow(3)) });
    await show(DraftListScreen);
    byId('draft-list').focus();
    await press('Delete');
    expect(desk.argsOf('draft_discard')).toEqual([]);
  });

  it('asks before it withdraws, and does nothing on no', async () => {
    const decided = { ...samples.draftRow(3), sync: 'settled' as const };
    const desk = useDesk({ draft_list: pageOf(1, () => decided) });
    await show(DraftListScreen, { at: '/submitted' });
    await click('draft-withdraw');
    expect(asked.value?.consequence).toContain('退回拟稿状态');
    asked.value?.answer(false);
    await settle();
    expect(desk.argsOf('draft_withdraw')).toEqual([]);
    await click('draft-withdraw');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('draft_withdraw')).toEqual([{ id: 'draft-3' }]);
  });

  it('withdraws nothing while an act waits for its answer, and says why', async () => {
    const waits = (index: number) => ({ ...samples.draftRow(index), sync: 'waiting' as const });
    const desk = useDesk({ draft_list: pageOf(1, () => waits(3)) });
    await show(DraftListScreen, { at: '/submitted' });
    expect((byId('draft-withdraw') as HTMLButtonElement).disabled).toBe(true);
    expect(byId('draft-act-waits').textContent).toContain('请等它办完');
    byId('draft-withdraw').click();
    await settle();
    expect(desk.argsOf('draft_withdraw')).toEqual([]);
  });

  it('keeps to the selected draft when the list moves under it', async () => {
    let begun = 0;
    const desk = useDesk({
      draft_list: (args) => pageOf(12 + begun, (at) => samples.draftRow(at - begun + 12))(args),
    });
    await show(DraftListScreen, { at: '/drafts' });
    byId('draft-list').focus();
    await press('j');
    await press('j');
    const chosen = () => {
      const row = document.getElementById(byId('draft-list').getAttribute('aria-activedescendant') ?? '');
      return row?.querySelector('[data-id]')?.getAttribute('data-id');
    };
    const before = chosen();
    begun = 1;
    deliver({ kind: 'stale', tags: ['drafts'] });
    await vi.waitFor(() => expect(desk.argsOf('draft_list').length).toBeGreaterThan(1));
    await vi.waitFor(() => expect(byId('draft-list').getAttribute('aria-activedescendant')).toMatch(/-3$/));
    expect(before).toBe('draft-14');
    expect(chosen()).toBe(before);
  });

  it('shows the reviewer what the author said', async () => {
    const said = { ...samples.draftRow(3), from_other: true, submit_note: '请看第二段。' };
    useDesk({ draft_list: pageOf(1, () => said) });
    await show(DraftListScreen, { at: '/inbox' });
    expect(screenText()).toContain('给审核人的话');
    expect(screenText()).toContain('请看第二段。');
  });

  it('marks what somebody else drafts, and leaves the author’s acts to the author', async () => {
    const theirs = { ...samples.draftRow(1), state: 'drafting' as const, from_other: true };
    const desk = useDesk({ draft_list: pageOf(1, () => theirs) });
    await show(DraftListScreen, { at: '/drafts' });
    expect(byId('row-together').textContent).toContain('共同起草');
    expect(isShown('draft-discard')).toBe(false);
    byId('draft-list').focus();
    await press('Delete');
    expect(desk.argsOf('draft_discard')).toEqual([]);
    expect(toasts.map((toast) => toast.text).join()).toContain('由拟稿人办理');
    for (const toast of [...toasts]) dismiss(toast.id);
  });

  it('shows all pages large with Space, moves on beneath them, and closes with Space', async () => {
    useDesk();
    await show(DraftListScreen);
    byId('draft-list').focus();
    await press(' ');
    const pages = byId('quick-look');
    await expectAccessible();
    await press('j', {}, pages);
    expect(byId('draft-list').getAttribute('aria-activedescendant')).toMatch(/-1$/);
    await press(' ', {}, pages);
    expect(isShown('quick-look')).toBe(false);
  });
});
