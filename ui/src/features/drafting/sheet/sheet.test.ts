// 发文要件 beside a draft: kept at every change; what was proposed by a clearing is taken over.
import { describe, expect, it } from 'vitest';
import { deliver } from '@/api/transport';
import IssueSheet from '@/features/drafting/sheet/IssueSheet.vue';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import * as issued from '@test/issued';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';

let desk: Desk;
const open = async (view = issued.sheet()) => {
  deliver({ kind: 'stale', tags: ['issued'] });
  desk = useDesk({
    issue_sheet_open: () => view,
    issue_sheet_put: () => null,
    issued_list: issued.listOf(4),
  });
  await show(IssueSheet, { props: { draftId: 'draft-1' } });
  await settle(100);
};
async function choose(testid: string, value: string): Promise<void> {
  const field = byId(testid) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}

describe('what the author says of a draft', () => {
  it('is kept at every change, with the reason where it is not made public', async () => {
    await open();
    expect(screenText()).toContain('公开属性');
    expect(screenText()).not.toContain('合法性审核');
    await choose('sheet-normative', 'yes');
    expect(desk.argsOf('issue_sheet_put').at(-1)).toMatchObject({
      id: 'draft-1',
      sheet: { normative: true, publicity: '' },
    });
    expect(isShown('sheet-reason')).toBe(false);
    await choose('sheet-publicity', 'closed');
    await type('sheet-reason', '属内部管理事项');
    byId('sheet-reason').dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(desk.argsOf('issue_sheet_put').at(-1)).toMatchObject({
      sheet: { publicity: 'closed', publicity_reason: '属内部管理事项' },
    });
    await expectAccessible();
  });

  it('names the documents that it repeals; a line without a number is not said yet', async () => {
    await open();
    await click('sheet-add');
    expect(desk.argsOf('issue_sheet_put')).toEqual([]);
    await type('sheet-number', '青政办发〔2026〕1号');
    byId('sheet-number').dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(desk.argsOf('issue_sheet_put').at(-1)).toMatchObject({
      sheet: { changes: [{ number: '青政办发〔2026〕1号', title: issued.row(0).title, does: 'repeal' }] },
    });
    await click('sheet-remove');
    expect(desk.argsOf('issue_sheet_put').at(-1)).toMatchObject({ sheet: { changes: [] } });
  });

  it('takes over what a clearing has proposed', async () => {
    await open();
    await click('sheet-take');
    await settle(100);
    expect(desk.argsOf('issue_sheet_put').at(-1)).toMatchObject({
      sheet: { changes: [{ number: issued.row(2).number, title: issued.row(2).title, does: 'repeal' }] },
    });
  });

  it('stays as it was once the draft is submitted', async () => {
    await open(issued.sheet({ may_edit: false }));
    expect(isShown('sheet-fixed')).toBe(true);
    expect((byId('sheet-normative') as HTMLSelectElement).disabled).toBe(true);
    expect(isShown('sheet-add')).toBe(false);
  });
});
