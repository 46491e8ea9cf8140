import { describe, expect, it, vi } from 'vitest';
import App from '@/App.vue';
import { IN_BROWSER } from '@/api/generated/commands';
import type { SessionStatus } from '@/api/generated/types';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';
import { me, sessionStatus } from '@test/samples';

const SECRET = '水闸每日巡查两次';

/** A server that nobody is signed in to, until somebody is. */
function server() {
  const status: SessionStatus = { ...sessionStatus, state: 'locked', agency: '', person: '' };
  const enter = () => {
    status.state = 'open';
    return me;
  };
  const answers = {
    session_status: () => ({ ...status }),
    account_sign_in: enter,
    account_begin: enter,
    account_sign_out: () => {
      status.state = 'locked';
      return null;
    },
  };
  return { status, answers, desk: useDesk(answers, 'server') };
}

const send = async () => {
  byId('sign-in').dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
};
const isOpen = () => vi.waitFor(() => expect(isShown('status-bar')).toBe(true), { timeout: 30_000 });

describe('the page in a browser', () => {
  it('asks for name and password, opens, and asks for nothing that only a desk can do', async () => {
    const { desk } = server();
    await show(App);
    await vi.waitFor(() => expect(isShown('sign-in')).toBe(true), { timeout: 30_000 });
    await expectAccessible();
    expect(isShown('session-lock'), 'the lock of a desk').toBe(false);
    await send();
    expect(desk.argsOf('account_sign_in'), 'nothing was typed').toEqual([]);
    await type('sign-in-login', ' 林知遥 ');
    await type('sign-in-password', SECRET);
    await send();
    expect(desk.argsOf('account_sign_in')).toEqual([{ login: '林知遥', password: SECRET }]);
    await isOpen();
    await expectAccessible();
    expect(isShown('rail-new'), 'drafts are begun here as well').toBe(true);
    expect(screenText(), 'what is not here is said').toContain('断网时不能使用');
    expect(screenText()).toContain('网页版不排版');
    expect(screenText(), 'nothing is stored on this machine').not.toContain('已保存在本机');
    const asked = desk.calls.map((call) => call.name);
    expect(asked.filter((name) => !IN_BROWSER.has(name))).toEqual([]);
  });

  it('begins with an enrolment code, and says what is wrong with it', async () => {
    const { desk } = server();
    const sentence = '登记码里有一处抄错了。请核对后重新输入，最好整行复制。';
    const begin = desk.answers.account_begin;
    desk.answers.account_begin = () => {
      throw refusal({ sentence });
    };
    await show(App);
    await vi.waitFor(() => expect(isShown('sign-in-other')).toBe(true), { timeout: 30_000 });
    await click('sign-in-other');
    await expectAccessible();
    await type('sign-in-code', 'ANDU-04T000');
    await type('sign-in-login', '林知遥');
    await type('session-password', SECRET);
    await type('session-password-again', SECRET);
    await send();
    expect(screenText()).toContain(sentence);
    if (begin) desk.answers.account_begin = begin;
    await send();
    expect(desk.argsOf('account_begin')).toHaveLength(2);
    await isOpen();
  });

  it('goes back to the sign-in when the session is over', async () => {
    const { status, desk } = server();
    status.state = 'open';
    await show(App, { at: '/settings/safety' });
    await isOpen();
    await vi.waitFor(() => expect(isShown('settings-sign-out')).toBe(true), { timeout: 30_000 });
    expect(isShown('settings-printing'), 'printers are a matter of desks').toBe(false);
    await click('settings-sign-out');
    expect(desk.argsOf('account_sign_out')).toHaveLength(1);
    await vi.waitFor(() => expect(isShown('sign-in')).toBe(true), { timeout: 30_000 });
  });
});
