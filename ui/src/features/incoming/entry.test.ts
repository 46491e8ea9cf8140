// Entering what came: saved as one types, files beside it, warned of doubles, registered.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import { today } from '@/format/time';
import IncomingScreen from '@/features/incoming/IncomingScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import * as came from '@test/incoming';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';

let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['session', 'incoming'] });
  desk = useDesk({
    incoming_open: () => came.opened(),
    incoming_put: ({ id }) => ({ id: id ?? 'came-new' }),
    incoming_register: () => ({ kind: 'applied' }),
    incoming_look: () => ({ kind: 'words', lines: ['各县（区）财政局：'], is_whole: true }),
    incoming_attach: () => ({ id: 'file-9', name: '来文.pdf', bytes: 12, is_here: true }),
    incoming_detach: () => ({ kind: 'applied' }),
    incoming_discard: () => ({ kind: 'applied' }),
    ...answers,
  });
};
const open = async (id: string) => {
  const shown = await show(IncomingScreen, { at: `/incoming/${id}` });
  await settle(400);
  return shown;
};
const state = () => byId('incoming-save').dataset.state;
const puts = () => desk.argsOf('incoming_put') as { id: string | null; entry: Record<string, unknown> }[];

afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('a new one', () => {
  it('is saved as soon as it says what and from whom, received today, and keeps its form', async () => {
    begin();
    const { router } = await open('new');
    expect(state()).toBe('incomplete');
    expect(document.activeElement).toBe(byId('incoming-from_agency'));
    await expectAccessible();
    await type('incoming-from_agency', '云岭市财政局');
    await settle(600);
    expect(puts()).toEqual([]);
    const field = byId('incoming-title');
    await type('incoming-title', '关于做好专项报告工作的通知');
    await settle(700);
    expect(puts()).toHaveLength(1);
    expect(puts()[0]).toMatchObject({
      id: null,
      entry: {
        title: '关于做好专项报告工作的通知',
        from_agency: '云岭市财政局',
        received_on: today(),
        delivery: 'exchange',
        document_type: null,
        copies: 1,
        pages: 0,
      },
    });
    expect(router.currentRoute.value.params.id).toBe('came-new');
    expect(state()).toBe('saved');
    expect(byId('incoming-title')).toBe(field);
    await type('incoming-from_number', '云财资〔2026〕41号');
    await settle(700);
    expect(puts()).toHaveLength(2);
    expect(puts()[1]).toMatchObject({ id: 'came-new', entry: { from_number: '云财资〔2026〕41号' } });
  });

  it('offers agencies of the vocabulary while one types, by the keys', async () => {
    begin();
    await open('new');
    await type('incoming-from_agency', 'qhx');
    await settle(120);
    expect(desk.argsOf('agency_list').at(-1)).toEqual({ text: 'qhx', limit: 8 });
    await press('ArrowDown', {}, byId('incoming-from_agency'));
    const offer = byId('agency-offer').querySelector('span')?.textContent;
    await press('Enter', {}, byId('incoming-from_agency'));
    expect((byId('incoming-from_agency') as HTMLInputElement).value).toBe(offer);
  });

  it('is named by a file that is chosen first, says what is still needed, and has the file once it is saved', async () => {
    begin({ file_choose: () => ({ token: 'token-7', name: '关于报送名单的函.pdf' }) });
    await open('new');
    await click('incoming-attach');
    expect((byId('incoming-title') as HTMLInputElement).value).toBe('关于报送名单的函');
    expect(screenText()).toContain('请先填写来文机关');
    expect(document.activeElement).toBe(byId('incoming-from_agency'));
    expect(byId('incoming-file-waits').textContent).toContain('关于报送名单的函.pdf');
    expect(desk.argsOf('incoming_attach')).toEqual([]);
    await type('incoming-from_agency', '青河县统计局');
    await settle(700);
    expect(puts()).toHaveLength(1);
    expect(desk.argsOf('incoming_attach')).toEqual([{ id: 'came-new', token: 'token-7' }]);
    expect(isShown('incoming-file-waits')).toBe(false);
  });
});

describe('one that is being entered', () => {
  it('shows its file, and takes others beside it and away', async () => {
    begin();
    await open('came-2');
    expect(byId('file-words').textContent).toContain('各县（区）财政局');
    await click('incoming-attach');
    expect(desk.argsOf('incoming_attach')).toEqual([{ id: 'came-2', token: 'token-1' }]);
    await click('incoming-detach');
    expect(asked.value?.consequence).toContain('云财资〔2026〕41号.pdf');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('incoming_detach')).toEqual([{ id: 'came-2', file_id: 'file-1' }]);
  });

  it('says under the field what the desk refuses, and saves nothing that is plainly wrong', async () => {
    begin({
      incoming_put: () => {
        throw refusal({
          key: 'incoming.too_long',
          fields: { field: 'cause.incoming.copy_numbers' },
          sentence: '份号太长，请缩短后再保存。',
        });
      },
    });
    await open('came-2');
    await type('incoming-copies', '0');
    await settle(700);
    expect(puts()).toEqual([]);
    expect(screenText()).toContain('请填写1至100000的整数');
    await type('incoming-copies', '2');
    await settle(700);
    expect(puts()).toHaveLength(1);
    expect(state()).toBe('not_saved');
    expect(byId('incoming-copy_numbers').getAttribute('aria-invalid')).toBe('true');
    expect(screenText()).toContain('份号太长');
  });

  it('is saved before it is registered, with Ctrl+Enter from any field', async () => {
    begin();
    await open('came-2');
    await type('incoming-title', '改过的标题');
    await press('Enter', { ctrlKey: true }, byId('incoming-title'));
    await settle();
    expect(desk.calls.map((one) => one.name).filter((name) => /put|register/.test(name))).toEqual([
      'incoming_put',
      'incoming_register',
    ]);
    expect(desk.argsOf('incoming_register')).toEqual([{ id: 'came-2', despite: false }]);
    expect(toasts.map((toast) => toast.text).join()).toContain('已登记：改过的标题');
  });

  it('shows the number once it has one', async () => {
    let isRegistered = false;
    begin({
      incoming_open: () =>
        isRegistered ? came.view(0, {}, { id: 'came-2', number: '收〔2026〕208号' }) : came.opened(),
      incoming_register: () => {
        isRegistered = true;
        return { kind: 'applied' };
      },
    });
    await open('came-2');
    await click('incoming-register');
    await vi.waitFor(() => expect(byId('incoming-number').textContent).toBe('收〔2026〕208号'));
    expect(isShown('incoming-entry')).toBe(false);
  });

  it('warns of a double, and registers it all the same only when that is asked for', async () => {
    const reason = '来文机关和来文字号相同的文件已登记为 收〔2026〕1000号。';
    begin({
      incoming_open: () => came.opened({ same: [came.row(0)] }),
      incoming_register: ({ despite }) => (despite ? { kind: 'applied' } : { kind: 'rejected', reason }),
    });
    await open('came-2');
    expect(byId('incoming-same').textContent).toContain('收〔2026〕1000号');
    expect(isShown('incoming-despite')).toBe(false);
    await click('incoming-register');
    expect(byId('incoming-refused').textContent).toContain('已登记为');
    await expectAccessible();
    await click('incoming-despite');
    expect(desk.argsOf('incoming_register').at(-1)).toEqual({ id: 'came-2', despite: true });
  });

  it('waits for the server where there is none, and says so', async () => {
    let waits = false;
    begin({
      incoming_open: () => came.opened({ may_edit: !waits }, { sync: waits ? 'waiting' : 'settled' }),
      incoming_register: () => {
        waits = true;
        return { kind: 'waiting' };
      },
    });
    await open('came-2');
    await click('incoming-register');
    await vi.waitFor(() => expect(byId('incoming-waits').textContent).toContain('待同步'));
    expect(toasts.map((toast) => toast.text).join()).toContain('待服务器编收文号');
  });

  it('is taken out after a question', async () => {
    begin();
    const { router } = await open('came-2');
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    await click('incoming-discard');
    expect(asked.value?.danger).toBe(true);
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('incoming_discard')).toEqual([{ id: 'came-2' }]);
    expect(push).toHaveBeenCalledWith({ name: 'incoming' });
  });
});
