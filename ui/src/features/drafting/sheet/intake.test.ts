// 代拟稿 in the issue sheet: who wrote it, what came with it, what is missing, and giving it back.
import { afterEach, describe, expect, it } from 'vitest';
import { deliver } from '@/api/transport';
import IssueSheet from '@/features/drafting/sheet/IssueSheet.vue';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import * as issued from '@test/issued';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';

let desk: Desk;
const came = (part: Parameters<typeof issued.intakeView>[0] = {}, may_edit = true) =>
  issued.sheet({
    sheet: { ...issued.sheet().sheet, intake: issued.intakeFields() },
    intake: issued.intakeView(part),
    may_edit,
  });
const open = async (view = came(), answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['issued'] });
  desk = useDesk({
    issue_sheet_open: () => view,
    issue_sheet_put: () => null,
    issued_list: issued.listOf(4),
    intake_return: () => null,
    ...answers,
  });
  await show(IssueSheet, { props: { draftId: 'draft-1' } });
  await settle(100);
};
const changed = async (field: Element) => {
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
};
const within = (material: string, testid: string) =>
  byId(`material-${material}`).querySelector<HTMLSelectElement>(`[data-testid="${testid}"]`);
async function stands(material: string, value: string): Promise<void> {
  const field = within(material, 'material-stands');
  if (!field) throw new Error(`no ${material}`);
  field.value = value;
  await changed(field);
}
const kept = () => desk.argsOf('issue_sheet_put').at(-1);

afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('a draft that another unit wrote', () => {
  it('is said to be one, with its unit', async () => {
    await open(issued.sheet());
    expect(isShown('intake')).toBe(false);
    const field = byId('sheet-written') as HTMLSelectElement;
    field.value = 'elsewhere';
    await changed(field);
    await type('intake-unit', '青河县水务局');
    await changed(byId('intake-unit'));
    expect(kept()).toMatchObject({ sheet: { intake: { unit: '青河县水务局', materials: {} } } });
  });

  it('is gone through: there, not needed for a reason, missing', async () => {
    await open();
    expect(byId('intake-incoming').textContent).toContain('收〔2026〕1000号');
    expect(byId('intake-lacks').textContent).toContain('征求意见情况、政策解读材料');
    expect(byId('material-interpretation').textContent).toContain('惯例（参照）');
    expect(byId('material-consulted').textContent).toContain('第十九条第六项');
    await stands('letter', 'has');
    await stands('interpretation', 'not_needed');
    const why = within('interpretation', 'material-reason');
    if (!why) throw new Error('no field for the reason');
    why.value = '不公开';
    why.dispatchEvent(new Event('input', { bubbles: true }));
    await changed(why);
    expect(kept()).toMatchObject({
      sheet: {
        intake: {
          materials: {
            letter: { stands: 'has', reason: '' },
            interpretation: { stands: 'not_needed', reason: '不公开' },
          },
        },
      },
    });
    await stands('interpretation', '');
    expect(kept()).toMatchObject({ sheet: { intake: { materials: { letter: { stands: 'has' } } } } });
    expect(JSON.stringify(kept())).not.toContain('interpretation');
    await expectAccessible();
  });

  it('offers 无需 only where something can be left out', async () => {
    await open();
    const words = (id: string) => within(id, 'material-stands')?.textContent ?? '';
    expect(words('letter')).not.toContain('无需');
    expect(words('consulted')).toContain('无需');
  });

  it('is given back with what is missing and more, by the keyboard', async () => {
    await open();
    await click('intake-return');
    await settle(50);
    expect(screenText()).toContain('将退回青河县水务局');
    await type('return-reason', '请按条例重新报送');
    await press('Enter', { ctrlKey: true }, byId('return-reason'));
    await settle(50);
    expect(desk.argsOf('intake_return')).toEqual([{ id: 'draft-1', reason: '请按条例重新报送' }]);
    expect(toasts.map((one) => one.text).join()).toContain('已记为退回青河县水务局');
    expect(isShown('return-dialog')).toBe(false);
  });

  it('says in the dialog why it is not given back', async () => {
    const view = came({ lacking: [] });
    await open(view, {
      intake_return: () => {
        throw refusal({ sentence: '随文材料已经齐全；仍要退回代拟单位的，请写明理由。' });
      },
    });
    expect(byId('intake-lacks').textContent).toContain('随文材料齐全');
    await click('intake-return');
    await settle(50);
    await click('return-yes');
    expect(isShown('return-dialog')).toBe(true);
    expect(screenText()).toContain('请写明理由');
  });

  it('keeps how it was given back, with the slip, and stays one', async () => {
    const lacks = ['征求意见情况（没有征求财政局意见）'];
    await open(came({ returns: [{ on: '2026-11-21', by: '林知遥', lacks, reason: '请重报' }] }));
    const told = byId('intake-returns').textContent ?? '';
    expect(told).toContain('2026年11月21日 林知遥退回代拟单位：征求意见情况（没有征求财政局意见）；请重报');
    expect(isShown('paper-write')).toBe(true);
    expect((byId('sheet-written') as HTMLSelectElement).disabled).toBe(true);
  });

  it('is read as it went once it is submitted', async () => {
    await open(came({}, false));
    expect((byId('intake-unit') as HTMLInputElement).disabled).toBe(true);
    expect(within('letter', 'material-stands')?.disabled).toBe(true);
    expect(isShown('intake-return')).toBe(false);
  });
});
