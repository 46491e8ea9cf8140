import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import { choosingType, manualOpen, paletteOpen, shortcutsOpen } from '@/parts/compose';
import ToastStack from '@/parts/ToastStack.vue';
import { dismiss, showError, toasts } from '@/parts/notify';
import DeskShell from '@/shell/DeskShell.vue';
import { parse } from '@/shell/manual';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';

vi.mock('@/features/drafting/TypeChooser.vue', () => ({
  default: { emits: ['created', 'update:open'], template: '<i/>', render: () => null },
}));

beforeEach(() => {
  for (const door of [choosingType, paletteOpen, shortcutsOpen, manualOpen]) door.value = false;
});
afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('the shell', () => {
  it('shows the rail with what waits, and the bar with what is safe', async () => {
    useDesk();
    await show(DeskShell, { at: '/find' });
    expect(byId('rail-inbox').textContent?.replace(/\s/g, '')).toBe('待办112');
    expect(byId('rail-find').getAttribute('aria-current')).toBe('page');
    expect(byId('status-bar').textContent).toContain('本机独立使用');
    await expectAccessible();
  });

  it('tells when the last edit was written and, in its place, that it could not be', async () => {
    useDesk();
    await show(DeskShell, { at: '/find' });
    deliver({ kind: 'saved', draft_id: 'draft-1', at: '2026-11-21T01:40:05Z' });
    await settle();
    expect(byId('status-bar').textContent).toContain('09:40:05');
    deliver({ kind: 'not_saved', draft_id: 'draft-1', sentence: '磁盘已满，改动暂存在内存中。' });
    await settle();
    expect(byId('status-bar').textContent).toContain('磁盘已满');
  });

  it('says at once what the server refused', async () => {
    useDesk();
    await show(DeskShell, { at: '/find' });
    const title = '关于做好2026年防汛准备工作的通知';
    deliver({ kind: 'refused', act: 'co_drafter_invite', title: '', sentence: '白海燕没有拟稿权限。' });
    deliver({ kind: 'refused', act: 'process_act', title, sentence: '这一步已被他人办结。' });
    await settle();
    const said = toasts.map((toast) => toast.text);
    expect(said).toEqual([
      '“邀请共同起草”未被接受：白海燕没有拟稿权限。',
      `《${title}》：“办理”未被接受。这一步已被他人办结。`,
    ]);
  });

  it('says that it is offline and how much waits to be sent', async () => {
    useDesk({ sync_status: () => samples.offline });
    await show(DeskShell, { at: '/find' });
    expect(byId('status-bar').textContent).toContain('离线');
    expect(byId('status-waiting').textContent).toContain('3 项待同步');
  });

  it('says that the enrolment does not hold, and leads to where a new code is typed', async () => {
    useDesk({ sync_status: () => samples.enrolmentLost, sync_items: () => [] });
    const { router } = await show(DeskShell, { at: '/find' });
    expect(byId('status-sync').textContent).toContain('登记已失效');
    expect(byId('status-bar').textContent).not.toContain('离线');
    await click('status-sync');
    await vi.waitFor(() => expect(isShown('sync-renew')).toBe(true), { timeout: 30_000 });
    await click('sync-renew');
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/settings/server'), {
      timeout: 30_000,
    });
  });

  it('is short for who administers and does not draft, and opens at what is administered', async () => {
    useDesk({
      session_me: () => ({ ...samples.me, home: 'replica', permissions: ['member', 'give_roles'] }),
    });
    const { router } = await show(DeskShell, { at: '/drafts' });
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('roles'), { timeout: 30_000 });
    for (const absent of ['rail-new', 'rail-drafts', 'rail-inbox', 'rail-organisation'])
      expect(isShown(absent), absent).toBe(false);
    expect(isShown('rail-roles')).toBe(true);
  });

  it.each([
    [3, 'inbox'],
    [0, 'drafts'],
  ])('opens at what waits, else at one’s own drafts: %d', async (todo, name) => {
    useDesk({
      task_counts: () => ({ todo, urgent: 0, done: 9, to_read: 0 }),
      draft_counts: () => ({
        drafting: 4,
        received: 0,
        received_urgent: 0,
        submitted: 0,
        waiting: 0,
        closed: 0,
        discarded: 0,
      }),
    });
    const { router } = await show(DeskShell, { at: '/' });
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe(name), { timeout: 30_000 });
  });

  it('tells the records keeper of desks that ask to join, while there are any', async () => {
    const offer = {
      id: 'j1',
      person: '方欣妍',
      bytes: 1024,
      offered_at: '2026-11-20T01:00:00Z',
      decided_at: '',
    };
    useDesk({
      session_me: () => ({ ...samples.me, home: 'replica' }),
      joining_list: () => [{ ...offer, state: 'whole' }],
    });
    await show(DeskShell, { at: '/find' });
    expect(byId('rail-joining').textContent?.replace(/\s/g, '')).toBe('并入审核1');
  });

  it('changes size and contrast from the bar', async () => {
    let kept = samples.settings;
    const desk = useDesk({ setting_get: () => kept, setting_put: (args) => (kept = args) });
    await show(DeskShell, { at: '/find' });
    await click('status-size-elder');
    await click('status-contrast');
    expect(desk.argsOf('setting_put')).toMatchObject([{ size: 'elder' }, { theme: 'contrast' }]);
    await settle();
    expect(document.documentElement.dataset).toMatchObject({ theme: 'contrast', size: 'elder' });
  });

  it('opens the manual at this screen with F1 and closes it again', async () => {
    useDesk();
    await show(DeskShell, { at: '/find' });
    await press('F1');
    expect(isShown('manual')).toBe(true);
    await expectAccessible();
    await press('F1');
    expect(isShown('manual')).toBe(false);
  });

  it('lists the keys of this screen with ?', async () => {
    useDesk();
    await show(DeskShell, { at: '/vocabulary/people' });
    await press('?', { shiftKey: true }, document.body);
    expect(byId('shortcut-sheet').textContent).toContain('搜索、跳转、办理');
    await expectAccessible();
  });

  it('goes to other rooms by two keys', async () => {
    useDesk();
    const { router } = await show(DeskShell, { at: '/find' });
    await press('g', {}, document.body);
    await press('s', {}, document.body);
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('settings'), { timeout: 30_000 });
  });

  it('locks itself when nobody has touched it for as long as the settings say', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const desk = useDesk({ setting_get: () => ({ ...samples.settings, lock_after_minutes: 5 }) });
    await show(DeskShell, { at: '/find' });
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(desk.argsOf('session_lock')).toHaveLength(0);
    window.dispatchEvent(new Event('pointermove'));
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(desk.argsOf('session_lock'), 'a touch starts the time anew').toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(desk.argsOf('session_lock').length).toBeGreaterThan(0);
    vi.useRealTimers();
  });
});

describe('the palette', () => {
  it('finds commands by pinyin initials and goes there', async () => {
    useDesk();
    const { router } = await show(DeskShell, { at: '/settings' });
    await press('k', { ctrlKey: true });
    await expectAccessible();
    await type('palette-input', 'cx');
    await settle();
    await press('Enter', {}, byId('palette-input'));
    await vi.waitFor(() => expect(router.currentRoute.value.name).toBe('find'), { timeout: 30_000 });
    expect(isShown('palette')).toBe(false);
  });

  it('finds drafts, agencies and people, and opens the chosen one', async () => {
    const desk = useDesk();
    const { router } = await show(DeskShell, { at: '/settings' });
    await press('k', { ctrlKey: true });
    await type('palette-input', 'slj');
    await settle();
    expect(desk.argsOf('find_quick').at(-1)).toEqual({ text: 'slj' });
    await press('ArrowDown', {}, byId('palette-input'));
    await press('Enter', {}, byId('palette-input'));
    await vi.waitFor(() => expect(router.currentRoute.value.params.kind).toBe('agencies'), {
      timeout: 30_000,
    });
    expect(router.currentRoute.value.query.text).toBe('青河县水利局');
  });

  it('does nothing on the Enter that ends a composition', async () => {
    useDesk();
    const { router } = await show(DeskShell, { at: '/settings' });
    await press('k', { ctrlKey: true });
    await press('Enter', { isComposing: true }, byId('palette-input'));
    expect(isShown('palette')).toBe(true);
    expect(router.currentRoute.value.name).toBe('settings');
  });
});

describe('what failed', () => {
  it('is said with its number, and a bundle for the administrator is one click away', async () => {
    const desk = useDesk();
    await show(ToastStack);
    showError(refusal({ code: 'bug', sentence: '保存时出错。', reference: '20261121-7F3A' }));
    await settle();
    expect(screenText()).toContain('20261121-7F3A');
    await expectAccessible();
    [...document.querySelectorAll('button')]
      .find((button) => button.textContent?.includes('诊断包'))
      ?.click();
    await settle();
    expect(desk.argsOf('diagnostics_create')).toHaveLength(1);
  });
});

describe('the manual', () => {
  it('is read from Markdown', () => {
    expect(
      parse(
        '# 查询\n\n按 `Ctrl+K` 打开，**两个字**就能查。\n\n- 甲\n- 乙\n\n1. 丙\n\n![图](a.png)\n\n| 提示 | 做法 |\n|---|---|\n| 断网 | 照常拟稿 |',
      ),
    ).toEqual([
      { kind: 'heading', level: 1, text: '查询' },
      {
        kind: 'paragraph',
        parts: [
          { text: '按 ' },
          { text: 'Ctrl+K', code: true },
          { text: ' 打开，' },
          { text: '两个字', strong: true },
          { text: '就能查。' },
        ],
      },
      { kind: 'list', ordered: false, items: [[{ text: '甲' }], [{ text: '乙' }]] },
      { kind: 'list', ordered: true, items: [[{ text: '丙' }]] },
      {
        kind: 'table',
        head: [[{ text: '提示' }], [{ text: '做法' }]],
        rows: [[[{ text: '断网' }], [{ text: '照常拟稿' }]]],
      },
    ]);
  });
});
