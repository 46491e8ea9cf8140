import { describe, expect, it } from 'vitest';
import SettingsScreen from '@/features/settings/SettingsScreen.vue';
import { toasts } from '@/parts/notify';
import { recoveryCode } from '@/session/session';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';

describe('settings', () => {
  it.each(['look', 'work', 'safety', 'document', 'printing', 'server', 'about'])(
    '%s is accessible',
    async (section) => {
      useDesk();
      await show(SettingsScreen, { at: `/settings/${section}` });
      await expectAccessible();
    },
  );

  it('changes the theme and keeps everything else', async () => {
    const desk = useDesk();
    await show(SettingsScreen, { at: '/settings/look' });
    await click('settings-theme-dark');
    expect(desk.argsOf('setting_put')).toEqual([{ ...samples.settings, theme: 'dark' }]);
  });

  it('goes back to what was when the desk refuses', async () => {
    useDesk({
      setting_put: () => {
        throw refusal({ sentence: '没有修改设置的权限。', code: 'forbidden' });
      },
    });
    await show(SettingsScreen, { at: '/settings/look' });
    await click('settings-size-elder');
    expect((byId('settings-size-standard') as HTMLInputElement).checked).toBe(true);
  });

  it('shows the ceiling of 密级 with its reason and no way to change it', async () => {
    useDesk();
    await show(SettingsScreen, { at: '/settings/document' });
    expect(byId('settings-ceiling').textContent).toContain('非涉密');
    expect(screenText()).toContain('不能在这里更改');
  });

  it('changes the password only with the old one and two equal new ones', async () => {
    const desk = useDesk();
    await show(SettingsScreen, { at: '/settings/safety' });
    await click('settings-password');
    await type('settings-old-password', '河水清且涟猗2026');
    await type('session-password', '坎坎伐檀兮2026');
    await type('session-password-again', '坎坎伐檀兮2025');
    const form = document.querySelector('form');
    form?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_change_password')).toEqual([]);
    expect(screenText()).toContain('两次输入的密码不一致');
    await type('session-password-again', '坎坎伐檀兮2026');
    form?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_change_password')).toEqual([
      { old: '河水清且涟猗2026', new: '坎坎伐檀兮2026' },
    ]);
  });

  it('makes a new recovery code only with the password, and shows it before anything else', async () => {
    let wrong = true;
    const desk = useDesk({
      session_recovery_code: () => {
        if (wrong) throw refusal({ sentence: '密码不正确，还可再试 4 次。' });
        return { code: 'P4RWT-6KJHN-2MXCV-D9BQZ-A7SGE-3NYF8-M8TXP-5VHKC' };
      },
    });
    await show(SettingsScreen, { at: '/settings/safety' });
    await click('settings-recovery-code');
    expect(document.activeElement).toBe(byId('settings-code-password'));
    await click('settings-code-renew');
    expect(desk.argsOf('session_recovery_code'), 'without a password nothing is asked').toEqual([]);
    await type('settings-code-password', '河水清且涟猗2026');
    await click('settings-code-renew');
    expect(screenText()).toContain('密码不正确');
    expect(recoveryCode.value).toBe('');
    wrong = false;
    await click('settings-code-renew');
    expect(desk.argsOf('session_recovery_code').at(-1)).toEqual({ password: '河水清且涟猗2026' });
    expect(recoveryCode.value).toContain('P4RWT');
    recoveryCode.value = '';
  });

  it('makes a backup where the person says, and nothing if they do not', async () => {
    const desk = useDesk({ file_choose: () => null });
    await show(SettingsScreen, { at: '/settings/safety' });
    await click('settings-backup');
    expect(desk.argsOf('backup_create')).toEqual([]);
    desk.answers.file_choose = () => ({ token: 'token-9', name: 'a.andu' });
    await click('settings-backup');
    expect(desk.argsOf('backup_create')).toEqual([{ token: 'token-9' }]);
  });

  it('says that the enrolment does not hold, takes a new code, and says why it was refused', async () => {
    let refusing = true;
    const desk = useDesk({
      sync_status: () => samples.enrolmentLost,
      enrolment_renew: () => {
        if (refusing) throw refusal({ sentence: '登记码无效或已经用过。请向管理员索取新的登记码。' });
        return samples.alone;
      },
    });
    await show(SettingsScreen, { at: '/settings/server' });
    expect(screenText()).toContain('登记已失效');
    expect(isShown('settings-sync')).toBe(false);
    await expectAccessible();
    await type('renew-code', ' ANDU-04T0 ');
    await click('renew-begin');
    expect(desk.argsOf('enrolment_renew')).toEqual([{ code: 'ANDU-04T0', address: '' }]);
    expect(screenText()).toContain('登记码无效或已经用过');
    expect((byId('renew-code') as HTMLInputElement).value).toContain('ANDU-04T0');
    refusing = false;
    await click('renew-begin');
    expect(toasts.at(-1)?.text).toContain('已重新登记');
  });

  it('shows where a joined desk stands and exchanges at once when asked', async () => {
    const desk = useDesk({ sync_status: () => samples.offline, sync_now: () => samples.offline });
    await show(SettingsScreen, { at: '/settings/server' });
    expect(screenText()).toContain('连接不上服务器');
    await click('settings-sync');
    expect(desk.argsOf('sync_now')).toHaveLength(1);
    await expectAccessible();
  });
});
