import { describe, expect, it, vi } from 'vitest';
import App from '@/App.vue';
import type { SessionStatus } from '@/api/generated/types';
import { strengthOf } from '@/session/password';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import { sessionStatus } from '@test/samples';

function session(part: Partial<SessionStatus>) {
  const status = { ...sessionStatus, ...part };
  return { status, session_status: () => ({ ...status }) };
}

async function fillSetup(password = '河水清且涟猗2026'): Promise<void> {
  await type('session-agency', '青河县财政局');
  await type('session-department', '办公室');
  await type('session-person', '林知遥');
  await type('session-password', password);
  await type('session-password-again', password);
}

describe('the first run', () => {
  it('names agency and person, shows the recovery code, and opens the desk only when it is kept', async () => {
    const { status, session_status } = session({ state: 'new' });
    const desk = useDesk({
      session_status,
      session_setup: () => {
        status.state = 'open';
        return { code: 'AAAAA-BBBBB' };
      },
    });
    await show(App);
    await expectAccessible();
    await type('session-authority-code', '青财');
    expect(screenText(), 'the sheet takes shape').toContain('青财发');
    await fillSetup();
    byId('session-setup').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_setup')).toEqual([
      {
        agency: '青河县财政局',
        short_name: '',
        authority_code: '青财',
        department: '办公室',
        person: '林知遥',
        post: '',
        password: '河水清且涟猗2026',
        demo: false,
      },
    ]);
    expect(screenText()).toContain('AAAAABBBBB');
    await expectAccessible();
    await click('session-code-continue');
    expect(isShown('session-code'), 'the way on is closed until it is ticked').toBe(true);
    await click('session-code-kept');
    await click('session-code-continue');
    await vi.waitFor(() => expect(isShown('status-bar')).toBe(true), { timeout: 30_000 });
  });

  it('says what is missing and calls nothing', async () => {
    const desk = useDesk({ session_status: session({ state: 'new' }).session_status });
    await show(App);
    await type('session-password', 'kurz');
    byId('session-setup').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_setup')).toEqual([]);
    expect(byId('session-agency').getAttribute('aria-invalid')).toBe('true');
    expect(screenText()).toContain('密码至少8个字符');
  });

  it.each(['demo', 'join', 'restore'])('offers another beginning: %s', async (beginning) => {
    useDesk({ session_status: session({ state: 'new' }).session_status });
    await show(App);
    await click(`session-${beginning}`);
    await expectAccessible();
    await click('session-back');
    expect(isShown('session-setup')).toBe(true);
  });

  it('begins with the demo where the desk was started for it, and opens it by one key', async () => {
    const desk = useDesk({ session_status: session({ state: 'new', demo: true }).session_status });
    await show(App);
    await expectAccessible();
    expect(document.activeElement).toBe(byId('session-demo-begin'));
    expect(byId('session-practice').textContent, 'the password is told').toContain('andu-demo-2026');
    byId('session-demo-begin')
      .closest('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_setup')).toMatchObject([{ demo: true, password: 'andu-demo-2026' }]);
    byId('session-code-kept').click();
    await click('session-code-continue');
  });

  it('has an agency of one’s own one click from the demo, and the way back', async () => {
    useDesk({ session_status: session({ state: 'new', demo: true }).session_status });
    await show(App);
    expect(isShown('session-setup')).toBe(false);
    await click('session-own');
    expect(isShown('session-setup')).toBe(true);
    await expectAccessible();
    await click('session-back');
    expect(isShown('session-demo-begin')).toBe(true);
  });

  it('opens the demo with a password alone', async () => {
    const desk = useDesk({ session_status: session({ state: 'new' }).session_status });
    await show(App);
    await click('session-demo');
    await type('session-password', '清泉石上流2026');
    await type('session-password-again', '清泉石上流2026');
    byId('session-demo-begin')
      .closest('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_setup')).toMatchObject([{ demo: true, password: '清泉石上流2026' }]);
    byId('session-code-kept').click();
    await click('session-code-continue');
  });
});

describe('the lock screen', () => {
  it('opens with the password', async () => {
    const desk = useDesk({ session_status: session({ state: 'locked' }).session_status });
    await show(App);
    await expectAccessible();
    expect(screenText()).toContain('青河县财政局林知遥');
    await type('session-unlock-password', '河水清且涟猗');
    byId('session-lock').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_unlock')).toEqual([{ password: '河水清且涟猗' }]);
  });

  it('says that the password is wrong and counts down before the next try', async () => {
    const { status, session_status } = session({ state: 'locked' });
    const desk = useDesk({
      session_status,
      session_unlock: () => {
        status.wait_seconds = 9;
        throw refusal();
      },
    });
    await show(App);
    await type('session-unlock-password', 'wrong-one');
    byId('session-lock').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(screenText()).toContain('密码不正确');
    expect(byId('session-wait').textContent).toContain('9 秒');
    await type('session-unlock-password', 'another-one');
    byId('session-lock').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_unlock'), 'no second try while waiting').toHaveLength(1);
    await settle(1_100);
    expect(byId('session-wait').textContent).toContain('8 秒');
  });

  it('opens by the keyring only where that was chosen', async () => {
    useDesk({ session_status: session({ state: 'locked' }).session_status });
    const { wrapper } = await show(App);
    expect(isShown('session-keyring')).toBe(false);
    wrapper.unmount();
    const desk = useDesk({
      session_status: session({ state: 'locked', open_by_keyring: true }).session_status,
    });
    const { queryClient } = await import('@/api/query');
    queryClient.clear();
    await show(App);
    await click('session-keyring');
    expect(desk.argsOf('session_unlock_by_keyring')).toHaveLength(1);
  });

  it('sets a new password with the recovery code and shows the new code', async () => {
    const desk = useDesk({ session_status: session({ state: 'locked' }).session_status });
    await show(App);
    await click('session-recover');
    await expectAccessible();
    await type('session-recovery-code', 'K7MQ2-9XTRA');
    await type('session-password', '明月松间照2026');
    await type('session-password-again', '明月松间照2026');
    byId('session-recover-begin')
      .closest('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('session_recover')).toEqual([{ code: 'K7MQ2-9XTRA', password: '明月松间照2026' }]);
    expect(isShown('session-code')).toBe(true);
    byId('session-code-kept').click();
    await click('session-code-continue');
  });
});

describe('trouble', () => {
  it('says why the store cannot be opened and restores a backup', async () => {
    const desk = useDesk({
      session_status: session({ state: 'locked', trouble: '公文库由较新的版本写成。' }).session_status,
    });
    await show(App);
    await expectAccessible();
    expect(screenText()).toContain('公文库由较新的版本写成。');
    await click('session-restore');
    await click('session-restore-file');
    await type('session-restore-secret', 'K7MQ2-9XTRA');
    byId('session-restore-begin')
      .closest('form')
      ?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('backup_restore')).toEqual([{ token: 'token-1', secret: 'K7MQ2-9XTRA' }]);
  });

  it('says so when the program does not answer, and tries again', async () => {
    let silent = true;
    useDesk({
      session_status: () => {
        if (silent) throw new Error('no answer');
        return { ...sessionStatus, state: 'locked' };
      },
    });
    await show(App);
    expect(screenText()).toContain('没有应答');
    silent = false;
    await click('session-retry');
    expect(isShown('session-lock')).toBe(true);
  });
});

describe('locking', () => {
  it('goes back to the lock screen and forgets what was fetched', async () => {
    const { status, session_status } = session({ state: 'open' });
    useDesk({
      session_status,
      session_lock: () => {
        status.state = 'locked';
        return null;
      },
    });
    await show(App);
    await vi.waitFor(() => expect(isShown('draft-row')).toBe(true), { timeout: 30_000 });
    await press('l', { ctrlKey: true, shiftKey: true });
    await vi.waitFor(() => expect(isShown('session-lock')).toBe(true));
    const { queryClient } = await import('@/api/query');
    const kept = queryClient.getQueryCache().getAll();
    expect(kept.map((query) => query.queryKey[0])).toEqual(['session_status']);
  });
});

describe('strength of a password', () => {
  it.each([
    ['', 'empty'],
    ['1234567', 'short'],
    ['12345678', 'weak'],
    ['password1', 'weak'],
    ['aaaaaaaaaaaa', 'weak'],
    ['qinghe2026', 'fair'],
    ['Qinghe-2026', 'good'],
    ['河水清且涟猗', 'short'],
    ['河水清且涟猗啊哈2026', 'good'],
  ])('%s is %s', (password, strength) => {
    expect(strengthOf(password)).toBe(strength);
  });
});
