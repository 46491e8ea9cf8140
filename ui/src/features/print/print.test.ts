import { describe, expect, it } from 'vitest';
import { isPageRange } from '@/features/print/pageRange';
import PrintDialog from '@/features/print/PrintDialog.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, screenText, settle, show, type } from '@test/mount';

const open = (draftId = 'draft-1') => show(PrintDialog, { props: { draftId, open: true } });
const submit = async () => {
  byId('print-dialog').dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
};

describe('printing', () => {
  it('prints on the usual printer, both sides where it can', async () => {
    const desk = useDesk();
    await open();
    await expectAccessible();
    await type('print-copies', '12');
    await type('print-range', '1-2，4');
    await submit();
    expect(desk.argsOf('print_start')).toEqual([
      {
        draft_id: 'draft-1',
        printer: 'office-2f',
        copies: 12,
        duplex: true,
        range: '1-2,4',
        preprinted: false,
      },
    ]);
  });

  it.each([
    ['print-copies', '0', '请填1至999的整数'],
    ['print-copies', '1000', '请填1至999的整数'],
    ['print-range', '5-3', '请写成1-3,5的样子'],
  ])('refuses %s %s and says how to write it', async (field, text, sentence) => {
    const desk = useDesk();
    await open();
    await type(field, text);
    await submit();
    expect(desk.argsOf('print_start')).toEqual([]);
    expect(screenText()).toContain(sentence);
  });

  it('warns of a printer that stands still and drops both sides where it cannot', async () => {
    const desk = useDesk();
    await open();
    const printer = byId('print-printer') as HTMLSelectElement;
    printer.value = 'redhead';
    printer.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(screenText()).toContain('缺纸');
    await click('print-preprinted');
    await expectAccessible();
    await submit();
    expect(desk.argsOf('print_start')).toMatchObject([
      { printer: 'redhead', duplex: false, preprinted: true },
    ]);
  });

  it('says that there is no printer', async () => {
    useDesk({ printer_list: () => [] });
    await open();
    expect(screenText()).toContain('没有找到打印机');
    expect(document.querySelector('[data-testid="print-start"]')).toBeNull();
  });

  it.each([
    ['no printer', () => []],
    [
      'no print service',
      () => {
        throw refusal({ sentence: '系统没有打印服务（CUPS），不能直接打印。', code: 'not_now' });
      },
    ],
  ])('offers the PDF at once where there is %s', async (_, printers) => {
    useDesk({ printer_list: printers });
    const { wrapper } = await open();
    expect(document.querySelector('[data-testid="print-start"]')).toBeNull();
    expect(document.activeElement).toBe(byId('print-pdf'));
    await click('print-pdf');
    expect(wrapper.emitted('pdf')).toHaveLength(1);
    await expectAccessible();
  });

  it('shows why a job was refused', async () => {
    useDesk({
      print_start: () => {
        throw refusal({ sentence: '打印机拒绝了任务：纸张大小不符。' });
      },
    });
    await open();
    await submit();
    expect(screenText()).toContain('纸张大小不符');
  });
});

describe('a range of pages', () => {
  it.each(['', '1', '1-3', '1-3,5', '2，4-4', ' 1 - 2 '])('understands %j', (range) => {
    expect(isPageRange(range)).toBe(true);
  });
  it.each(['0', '3-1', '1-', 'a', '1,,2', '-3', '1.5'])('refuses %j', (range) => {
    expect(isPageRange(range)).toBe(false);
  });
});
