// 已印发文件: how each stands, what presses, what is proposed; written as a sheet.
import { describe, expect, it } from 'vitest';
import { deliver } from '@/api/transport';
import IssuedScreen from '@/features/issued/IssuedScreen.vue';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import * as issued from '@test/issued';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';

let desk: Desk;
const open = async (answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['issued'] });
  desk = useDesk({
    issued_list: issued.listOf(12),
    issued_open: ({ id }) => issued.view(Number(id.replace('issued-', ''))),
    issued_conclude: () => ({ kind: 'waiting' }),
    ...answers,
  });
  await show(IssuedScreen, { at: '/issued' });
  await settle(150);
};

describe('the issued documents', () => {
  it('say number, title, how they stand and what presses, and are accessible', async () => {
    await open();
    const rows = [...document.querySelectorAll('[data-testid="issued-row"]')].map((one) =>
      one.textContent?.replace(/\s+/g, ''),
    );
    expect(rows[0]).toContain('青政办发〔2026〕1号');
    expect(rows[0]).toContain('有效');
    expect(rows[0]).toContain('前公开');
    expect(rows[1]).toContain('废止');
    expect(rows[2]).toContain('QHGF—2026—1');
    expect(rows[2]).toContain('拟废止');
    expect(rows[3]).toContain('失效');
    expect(byId('issued-number').textContent).toBe('青政办发〔2026〕1号');
    await expectAccessible();
  });

  it('are asked for by how they stand, by kind, year and words', async () => {
    await open();
    await click('issued-shelf-ending');
    expect(desk.argsOf('issued_list').at(-1)).toMatchObject({ status: null, ending_within: 90 });
    await press('ArrowRight', {}, byId('issued-shelf-ending'));
    expect(desk.argsOf('issued_list').at(-1)).toMatchObject({ unpublished: true, ending_within: null });
    await settle(100);
    expect(document.activeElement).toBe(byId('issued-shelf-unpublished'));
    await click('issued-shelf-repealed');
    expect(desk.argsOf('issued_list').at(-1)).toMatchObject({ status: 'repealed', unpublished: false });
    byId('issued-search').focus();
    await type('issued-search', '水库');
    await settle(250);
    expect(document.activeElement).toBe(byId('issued-search'));
    expect(desk.argsOf('issued_list').at(-1)).toMatchObject({ text: '水库', status: 'repealed' });
  });

  it('show what a later one did, and ask for no proposal where one is gone', async () => {
    await open();
    await press('j');
    await settle(150);
    expect(byId('issued-history').textContent).toContain('青政办发〔2026〕10号');
    expect(isShown('issued-conclude')).toBe(false);
  });

  it('take a proposal of the keeper, and say that it waits', async () => {
    await open();
    const choice = byId('issued-conclusion') as HTMLSelectElement;
    choice.value = 'repeal';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await type('issued-note', '上位法已修订');
    await click('issued-save');
    expect(desk.argsOf('issued_conclude')).toEqual([
      { id: 'issued-0', conclusion: 'repeal', note: '上位法已修订' },
    ]);
  });

  it('are written as a sheet of what is looked at', async () => {
    await open({
      file_choose: () => ({ token: 'tok', name: '目录.xlsx' }),
      issued_write: () => ({ name: '目录.xlsx', bytes: 9 }),
    });
    await click('issued-shelf-lapsed');
    await click('issued-xlsx');
    expect(desk.argsOf('file_choose')).toMatchObject([{ suggested_name: expect.stringMatching(/\.xlsx$/) }]);
    expect(desk.argsOf('issued_write')).toMatchObject([{ token: 'tok', list: { status: 'lapsed' } }]);
  });

  it('say where there is none', async () => {
    await open({ issued_list: () => ({ total: 0, rows: [] }) });
    expect(screenText()).toContain('还没有已印发的文件');
  });
});
