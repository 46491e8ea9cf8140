// 编号: series, the ledger of one, and what is done with a number, all by keyboard; and who has which copy.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliver } from '@/api/transport';
import CopiesScreen from '@/features/numbers/CopiesScreen.vue';
import NumbersScreen from '@/features/numbers/NumbersScreen.vue';
import { exampleOf } from '@/features/numbers/words';
import { asked } from '@/parts/ask';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as numbers from '@test/numbers';
import * as samples from '@test/samples';

let desk: Desk;
const done = () => ({ numbers: [], waiting: false });
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  desk = useDesk({
    number_series_list: () => [numbers.series(), numbers.shipped],
    number_ledger: numbers.ledgerOf(4),
    number_series_put: done,
    number_series_close: done,
    number_reserve: () => ({ numbers: ['青财〔2026〕46号'], waiting: false }),
    number_confirm: done,
    number_void: done,
    number_explain: done,
    ...answers,
  });
};
const open = () => show(NumbersScreen, { at: '/numbers' });
const submit = () => click('reason-form-act');

beforeEach(() => deliver({ kind: 'stale', tags: ['session', 'numbers'] }));
afterEach(() => {
  asked.value?.answer(false);
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('the series and the ledger', () => {
  it('say what each is for, what comes next and what is missing, and are accessible', async () => {
    begin();
    await open();
    expect(screenText()).toContain('发文字号·下一号青财〔2026〕46号');
    expect(byId('series-gaps').textContent).toContain('缺号 4');
    expect(screenText()).toContain('缺号41—44，共4个');
    expect(screenText()).toContain('年度工作要点·保留到2026年12月31日');
    const query = { code: '青财', period: 2026, kind: null, text: '', offset: 0, limit: 200 };
    expect(desk.argsOf('number_ledger')).toEqual([query]);
    await expectAccessible();
  });

  it('go to another series with the arrows, and to another year', async () => {
    begin();
    await open();
    byId('series-row').focus();
    await press('ArrowDown');
    await settle();
    expect(desk.argsOf('number_ledger').at(-1)).toMatchObject({ code: '收', period: 2026 });
    await press('ArrowUp');
    const period = byId('ledger-period');
    if (!(period instanceof HTMLSelectElement)) throw new Error('a choice of periods');
    period.value = '2025';
    period.dispatchEvent(new Event('change'));
    await settle();
    expect(desk.argsOf('number_ledger').at(-1)).toMatchObject({ code: '青财', period: 2025 });
  });

  it('are written as the register of the series and the period, as pages and as a sheet', async () => {
    begin({ number_register_write: () => ({ name: '登记簿.pdf', bytes: 4_812 }) });
    await open();
    await click('series-book');
    const chosen = { purpose: 'write_paper', suggested_name: '登记簿（青财，2026 年）.pdf' };
    expect(desk.argsOf('file_choose')).toEqual([chosen]);
    await click('series-sheet');
    const series = { code: '青财', period: 2026 };
    expect(desk.argsOf('number_register_write')).toEqual([
      { series, token: 'token-1' },
      { series, token: 'token-1' },
    ]);
    expect(desk.argsOf('file_choose').at(-1)).toMatchObject({
      suggested_name: '登记簿（青财，2026 年）.xlsx',
    });
  });

  it('fetch only what is seen of a hundred thousand', async () => {
    begin({ number_ledger: numbers.ledgerOf(100_000) });
    await open();
    byId('ledger').scrollTop = 99_990 * 44;
    byId('ledger').dispatchEvent(new Event('scroll'));
    await settle(150);
    const offsets = desk.argsOf('number_ledger').map((args) => (args as { offset: number }).offset);
    expect(offsets).toEqual([0, 99_800]);
  });

  it('are a sentence when there is nothing, and when there is none of a kind', async () => {
    begin({ number_ledger: numbers.ledgerOf(0) });
    await open();
    expect(byId('ledger-empty').textContent).toContain('这一期还没有编号');
    await type('ledger-search', '防汛');
    await settle(260);
    expect(byId('ledger-empty').textContent).toContain('没有这一类的号');
    await click('ledger-clear');
    await settle(260);
    expect(desk.argsOf('number_ledger').at(-1)).toMatchObject({ text: '', kind: null });
  });

  it('say what failed and try again', async () => {
    let broken = true;
    begin({
      number_series_list: () => {
        if (broken) throw refusal({ code: 'bug', sentence: '读取编号时出错。', reference: 'REF-9' });
        return [numbers.shipped];
      },
    });
    await open();
    expect(screenText()).toContain('读取编号时出错');
    broken = false;
    document.querySelector<HTMLButtonElement>('.failure button')?.click();
    await settle();
    expect(byId('series-row').textContent).toContain('随软件提供');
  });

  it('say that they are as of the last exchange where there is no network', async () => {
    begin({ sync_status: () => samples.offline });
    await open();
    expect(byId('numbers-offline').textContent).toContain('未联网');
  });
});

describe('what is done with numbers', () => {
  it('keeps what was typed where it cannot be, and says why before anything is sent', async () => {
    begin();
    await open();
    await press('r');
    await type('reserve-count', '99999');
    await type('reserve-purpose', '年终表彰');
    await type('reserve-until', '1999-13-45');
    await press('Enter', {}, byId('reserve-until'));
    await click('reserve-form-act');
    expect(screenText()).toContain('一次预留1到100个号');
    expect(screenText()).toContain('请填写日期');
    await type('reserve-until', '1999-1-5');
    await press('Enter', {}, byId('reserve-until'));
    await click('reserve-form-act');
    expect(screenText()).toContain('这一天已经过去了');
    expect(desk.argsOf('number_reserve')).toEqual([]);
    expect((byId('reserve-purpose') as HTMLInputElement).value).toBe('年终表彰');
  });

  it('reserves with r, for a purpose, until a day', async () => {
    begin();
    await open();
    await press('r', {}, document.body);
    await type('reserve-count', '3');
    await type('reserve-purpose', '年终表彰');
    await click('reserve-form-act');
    expect(desk.argsOf('number_reserve')[0]).toMatchObject({
      series_id: 'series-1',
      count: 3,
      purpose: '年终表彰',
    });
    expect(isShown('reserve-form')).toBe(false);
    expect(toasts.at(-1)?.text).toContain('青财〔2026〕46号');
  });

  it('explains a gap with g, makes a number void with v, each with a reason', async () => {
    begin();
    await open();
    byId('ledger').focus();
    await press('g', {}, document.body);
    expect(isShown('reason-form'), 'the first line is no gap').toBe(false);
    await press('j', {}, document.body);
    expect(byId('line-side').dataset.kind).toBe('gap');
    await press('g', {}, document.body);
    await type('reason-text', '纸质登记簿已用');
    await submit();
    expect(desk.argsOf('number_explain')).toEqual([
      { code: '青财', period: 2026, first: 41, last: 44, reason: '纸质登记簿已用' },
    ]);
    await press('j', {}, document.body);
    await press('v', {}, document.body);
    await type('reason-text', '不发了');
    await submit();
    expect(desk.argsOf('number_void')).toEqual([{ id: 'agency-1/青财/2026/40', reason: '不发了' }]);
  });

  it('keeps what was refused beside the form', async () => {
    begin({
      number_void: () => {
        throw refusal({ sentence: '这个号的公文已经印发，不能作废。' });
      },
    });
    await open();
    byId('ledger').focus();
    await press('v', {}, document.body);
    await type('reason-text', '编错');
    await submit();
    expect(byId('reason-form').textContent).toContain('已经印发');
    await press('Escape', {}, byId('reason-text'));
    expect(isShown('reason-form')).toBe(false);
  });

  it('names a submitted document without a number for a reserved one', async () => {
    const waits = { ...samples.draftRow(3), state: 'submitted' as const, number: '' };
    begin({
      draft_list: (args) => ({ total: args.from_other ? 1 : 0, rows: args.from_other ? [waits] : [] }),
    });
    await open();
    byId('ledger').focus();
    await press('j', {}, document.body);
    await press('j', {}, document.body);
    await press('c', {}, document.body);
    await click('confirm-form-act');
    expect(desk.argsOf('number_confirm')).toEqual([{ id: 'agency-1/青财/2026/40', draft_id: waits.id }]);
  });

  it('makes a series with n, and shows how its numbers read', async () => {
    begin();
    await open();
    await press('n', {}, document.body);
    await type('series-title', '局函');
    await type('series-pattern', '青财函〔{年}〕{号}号');
    await type('series-opening', '38');
    expect(byId('series-form').textContent).toMatch(/如 青财函〔\d{4}〕1号/);
    document.querySelector<HTMLInputElement>('[data-testid="series-formats"] input[value="letter"]')?.click();
    await settle();
    await expectAccessible();
    await click('series-form-act');
    expect(desk.argsOf('number_series_put')[0]).toMatchObject({
      id: '',
      title: '局函',
      pattern: '青财函〔{年}〕{号}号',
      opening: 38,
      formats: ['letter'],
      types: [],
      signed_by: null,
    });
  });

  it('does not offer to change what is counted by, and closes it from a day on', async () => {
    begin();
    await open();
    await click('series-edit');
    expect(isShown('series-title')).toBe(true);
    expect(isShown('series-pattern')).toBe(false);
    expect(isShown('series-remove')).toBe(false);
    await click('series-close');
    await click('close-form-act');
    expect(desk.argsOf('number_series_close')[0]).toMatchObject({ id: 'series-1' });
  });

  it('takes out a series under which nothing was numbered, after asking', async () => {
    begin({
      number_series_list: () => [numbers.series({ is_used: false })],
      number_series_remove: done,
    });
    await open();
    await click('series-remove');
    expect(asked.value?.consequence).toContain('局文件');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('number_series_remove')).toEqual([{ id: 'series-1' }]);
  });

  it('says that an act waits for the server', async () => {
    begin({ number_reserve: () => ({ numbers: [], waiting: true }) });
    await open();
    await press('r', {}, document.body);
    await type('reserve-purpose', '年终表彰');
    await click('reserve-form-act');
    expect(toasts.at(-1)?.text).toContain('等待服务器办理');
  });

  it('goes from a number to the copies of its document', async () => {
    begin();
    const { router } = await open();
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    await click('line-copies');
    expect(push).toHaveBeenCalledWith({
      name: 'copies',
      query: { draft: 'draft-45', number: '青财〔2026〕45号' },
    });
  });
});

describe('copies', () => {
  const show_ = (at: string) => show(CopiesScreen, { at });

  it('are found by their number, with who has each and what became of it', async () => {
    begin({
      copy_find: () => [
        numbers.copy(),
        numbers.copy({ id: 'copy-0', receiver: '县财政局', recalled_on: '2026-03-05' }),
      ],
    });
    await show_('/copies');
    expect(byId('copy-start').textContent).toContain('写上份号');
    await type('copy-find', '000123');
    await settle(260);
    expect(desk.argsOf('copy_find')).toEqual([{ number: 123 }]);
    expect(screenText()).toContain('县水利局2026年3月6日在外');
    expect(screenText()).toContain('2026年3月5日清退');
    await expectAccessible();
  });

  it('say so where no copy has the number', async () => {
    begin({ copy_find: () => [] });
    await show_('/copies');
    await type('copy-find', '9');
    await settle(260);
    expect(byId('copy-empty').textContent).toContain('000009');
  });

  it('are given with n and taken back with r', async () => {
    begin({ copy_list: () => [numbers.copy()], copy_give: done, copy_recall: done });
    await show_('/copies?draft=draft-45&number=青财〔2026〕45号');
    await press('n', {}, document.body);
    await type('copies-first', '5');
    await type('copies-last', '4');
    expect(screenText()).toContain('起号不大于止号');
    await type('copies-last', '7');
    await type('copies-receiver', '县水利局');
    await click('copies-form-act');
    expect(desk.argsOf('copy_give')[0]).toMatchObject({
      draft_id: 'draft-45',
      first: 5,
      last: 7,
      receiver: '县水利局',
    });
    await press('r', {}, document.body);
    await type('copies-first', '6');
    await click('copies-form-act');
    expect(desk.argsOf('copy_recall')[0]).toMatchObject({ draft_id: 'draft-45', first: 6, last: 6 });
  });
});

describe('how a number reads', () => {
  it('fills the year and pads the serial', () => {
    expect(exampleOf('青财〔{年}〕{号}号', 2026)).toBe('青财〔2026〕1号');
    expect(exampleOf('签{年}-{号3}', 2026)).toBe('签2026-001');
  });
});
