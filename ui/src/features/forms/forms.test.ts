// 纸质表单: each is looked at blank; another template is read, looked at, put; the shipped one comes back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliver } from '@/api/transport';
import FormsScreen from '@/features/forms/FormsScreen.vue';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import * as forms from '@test/forms';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';

let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    form_list: () => forms.all,
    form_look: () => forms.picture,
    form_read: (args) => ({ form: args.form, template: '{"title":"新"}' }),
    form_text: (args) => ({ form: args.form, template: '{"title":"旧"}' }),
    form_put: (args) => ({ form: args.form, version: 4, waiting: false }),
    form_restore: (args) => ({ form: args.form, version: 4, waiting: false }),
    form_write: () => ({ name: '收文处理单.pdf', bytes: 4_812 }),
    form_text_write: () => ({ name: '收文处理单模板.json', bytes: 812 }),
    ...answers,
  });
};
const open = (at = '/forms/incoming_sheet') => show(FormsScreen, { at });
const lastLook = () => desk.argsOf('form_look').at(-1);

beforeEach(() => deliver({ kind: 'stale', tags: ['session', 'forms'] }));
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('paper forms', () => {
  it('are shown blank, with who put which template and when, and are accessible', async () => {
    begin();
    await open();
    expect(document.querySelectorAll('nav a')).toHaveLength(11);
    expect(isShown('form-picture')).toBe(true);
    expect(lastLook()).toEqual({ form: 'incoming_sheet', template: '' });
    expect(byId('form-state').textContent).toContain('本单位样式');
    expect(screenText()).toContain('范诗涵');
    expect(screenText()).toContain('第2版：恢复原样式');
    await expectAccessible();
  });

  it('are put only after the file was checked and looked at, with a word why', async () => {
    begin();
    await open();
    await click('form-choose');
    expect(desk.argsOf('file_choose')).toEqual([{ purpose: 'read_form', suggested_name: '' }]);
    expect(desk.argsOf('form_read')).toEqual([{ form: 'incoming_sheet', token: 'token-1' }]);
    expect(lastLook()).toEqual({ form: 'incoming_sheet', template: '{"title":"新"}' });
    expect(desk.argsOf('form_put')).toEqual([]);
    await type('form-note', '局长办公会定');
    await click('form-put-act');
    expect(desk.argsOf('form_put')).toEqual([
      { form: 'incoming_sheet', template: '{"title":"新"}', note: '局长办公会定' },
    ]);
    expect(toasts.at(-1)?.text).toContain('已换用');
    expect(isShown('form-put')).toBe(false);
  });

  it('say in words what is wrong with a template, and stay as they are', async () => {
    const wrong = refusal({ sentence: '模板第 3 行的各格合起来占了 5 列，全表共 6 列，请调整各格的列数。' });
    begin({ form_read: () => Promise.reject(wrong) });
    await open();
    await click('form-choose');
    expect(toasts.at(-1)?.text).toContain('第 3 行');
    expect(isShown('form-put')).toBe(false);
    expect(lastLook()).toEqual({ form: 'incoming_sheet', template: '' });
  });

  it('go back to the shipped template after a second question, and an older one is put again', async () => {
    begin();
    await open();
    await click('form-back');
    expect(desk.argsOf('form_restore')).toEqual([]);
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('form_restore')).toEqual([{ form: 'incoming_sheet', note: '' }]);
    await click('form-again');
    expect(desk.argsOf('form_text')).toEqual([{ form: 'incoming_sheet', version: 1 }]);
    await click('form-put-act');
    expect(desk.argsOf('form_put')).toEqual([
      { form: 'incoming_sheet', template: '{"title":"旧"}', note: '' },
    ]);
  });

  it('are written blank, and their template to begin from', async () => {
    begin();
    await open();
    await click('form-write');
    expect(desk.argsOf('form_write')).toEqual([{ draft_id: '', form: 'incoming_sheet', token: 'token-1' }]);
    await click('form-text');
    expect(desk.argsOf('form_text_write')).toEqual([
      { form: 'incoming_sheet', version: null, token: 'token-1' },
    ]);
  });

  it('go to the next by key, and are printed by key', async () => {
    begin({ printer_list: () => [], print_jobs: () => [] });
    const { router } = await open();
    await press('j');
    await settle();
    expect(router.currentRoute.value.params.form).toBe('circulation_sheet');
    await press('p');
    // It is loaded when it is first asked for.
    await import('@/features/print/PrintDialog.vue');
    await settle();
    expect(isShown('print-dialog')).toBe(true);
  });

  it('are only looked at and printed by those who keep no records', async () => {
    begin({ session_me: () => ({ ...samples.me, permissions: ['draft'] }) });
    await open();
    expect(isShown('form-print')).toBe(true);
    for (const id of ['form-choose', 'form-back', 'form-text', 'form-again']) expect(isShown(id)).toBe(false);
  });

  it('say offline what waits', async () => {
    begin({
      sync_status: () => samples.offline,
      form_put: () => ({ form: '', version: 0, waiting: true }),
    });
    await open();
    expect(isShown('forms-offline')).toBe(true);
    await click('form-choose');
    await click('form-put-act');
    expect(toasts.at(-1)?.text).toContain('待服务器办理');
  });

  it('say what failed, and try again', async () => {
    begin({ form_list: () => Promise.reject(refusal()) });
    await open();
    expect(screenText()).toContain('密码不正确');
    desk.answers.form_list = () => forms.all;
    const again = [...document.querySelectorAll('button')].find((one) => one.textContent === '重试');
    again?.click();
    await settle();
    expect(isShown('form-picture')).toBe(true);
  });
});
