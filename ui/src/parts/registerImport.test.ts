// An old register: what it was understood as comes first, entering after it, taking back at last.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliver } from '@/api/transport';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import RegisterImportButton from '@/parts/RegisterImportButton.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, settle, show } from '@test/mount';
import * as samples from '@test/samples';
import { imported, imports, understood } from '@test/register';

let desk: Desk;
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    register_look: () => understood,
    register_import: () => imported,
    register_imports: () => imports,
    register_undo: () => ({ entered: 0, gone: 126, kept: 2, waiting: false }),
    ...answers,
  });
};
async function open(): Promise<void> {
  await show(RegisterImportButton);
  await click('register-import-open');
  await settle(200);
}

beforeEach(() => deliver({ kind: 'stale', tags: ['session', 'sync', 'numbers'] }));
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('an old register', () => {
  it('is told column by column and row by row before anything is entered', async () => {
    begin();
    await open();
    expect(isShown('register-enter')).toBe(false);
    await click('register-choose');
    expect(desk.argsOf('register_look')).toEqual([{ file: 'token-1', originals: '' }]);
    expect(byId('register-columns').textContent).toMatch(/发文字号\s*→\s*文号/);
    expect(byId('register-columns').textContent).toMatch(/经办人\s*→\s*不录入/);
    expect(byId('register-problems').textContent).toMatch(/第 17 行.*已在登记簿中/s);
    expect(byId('register-enter').textContent).toContain('123');
    expect(desk.argsOf('register_import')).toEqual([]);
    await expectAccessible();
  });

  it('is entered as it was looked at, with the scans of a folder, and says what was left out', async () => {
    begin();
    await open();
    await click('register-choose');
    await click('register-originals');
    expect(desk.argsOf('file_choose').at(-1)).toEqual({ purpose: 'read_originals', suggested_name: '' });
    expect(desk.argsOf('register_look').at(-1)).toEqual({ file: 'token-2', originals: 'token-1' });
    await click('register-enter');
    expect(desk.argsOf('register_import')).toEqual([{ file: 'token-2', originals: '', hash: 'hash-1' }]);
    expect(byId('register-entered').textContent).toContain('已录入 120 件');
    expect(byId('register-trouble').textContent).toContain('连不上服务器');
    expect(isShown('register-enter')).toBe(false);
  });

  it('that cannot be read says why, and nothing is entered', async () => {
    begin({ register_look: () => Promise.reject(refusal({ sentence: '表格里没有“文号”一列。' })) });
    await open();
    await click('register-choose');
    expect(byId('register-import').textContent).toContain('没有“文号”一列');
    expect(isShown('register-enter')).toBe(false);
  });

  it('without a row that can be entered has nothing to press', async () => {
    begin({ register_look: () => ({ ...understood, outgoing: 0, incoming: 0 }) });
    await open();
    await click('register-choose');
    expect(byId('register-enter').hasAttribute('disabled')).toBe(true);
  });

  it('waits for the network, and says so before a file is chosen', async () => {
    begin({ sync_status: () => samples.offline });
    await open();
    expect(byId('register-offline').textContent).toContain('连不上服务器');
    expect(byId('register-choose').hasAttribute('disabled')).toBe(true);
  });

  it('is taken back after a second question', async () => {
    begin();
    await open();
    await click('register-undo');
    expect(desk.argsOf('register_undo')).toEqual([]);
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('register_undo')).toEqual([{ import_id: '0192' }]);
    expect(toasts.at(-1)?.text).toContain('已撤销 126 件，2 件');
  });
});
