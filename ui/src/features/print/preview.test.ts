import { beforeEach, describe, expect, it } from 'vitest';
import type { PrintPreview } from '@/api/generated/types';
import { setPageSource } from '@/api/pages';
import { call } from '@/api/transport';
import PrintDialog from '@/features/print/PrintDialog.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import { printPreview } from '@test/samples';

/** Longer than the desk is given to rest before it is asked again. */
const RESTED_MS = 300;
const all = Array.from({ length: 100 }, (_, page) => page + 1);

const drawn: string[] = [];
beforeEach(() => {
  drawn.length = 0;
  setPageSource((session, hash, page) => {
    drawn.push(`${session}/${hash}/${page}`);
    return `data:,${session}/${hash}/${page}`;
  });
});

const open = () => show(PrintDialog, { props: { draftId: 'draft-1', open: true } });
const where = () => (byId('print-preview-where').textContent ?? '').replace(/\s+/g, '');
const picture = () => byId('print-preview-page').querySelector('img')?.getAttribute('src');
const turn = (key: 'PageDown' | 'PageUp') => press(key, {}, byId('print-range'));
const look = (part: Record<string, unknown> = {}) => ({
  draft_id: 'draft-1',
  printer: 'office-2f',
  range: '',
  preprinted: false,
  ...part,
});

/** Answers when the test says so. */
function later() {
  const waiting: ((answer: PrintPreview) => void)[] = [];
  const answer = () => new Promise<PrintPreview>((resolve) => waiting.push(resolve));
  return { waiting, answer };
}

describe('the print preview', () => {
  it('shows the job page by page, turned by keys, with the side of each sheet', async () => {
    const desk = useDesk();
    await open();
    expect(desk.argsOf('print_preview')).toEqual([look()]);
    expect(where()).toBe('第1/3页·第1张正面');
    expect(picture()).toBe('data:,print/job-1-2-3/0');
    await expectAccessible();
    await turn('PageDown');
    expect(where()).toBe('第2/3页·第1张背面');
    await settle(120);
    expect(picture()).toBe('data:,print/job-1-2-3/1');
    await click('print-preview-next');
    expect(where()).toBe('第3/3页·第2张正面');
    await turn('PageDown');
    expect(where()).toBe('第3/3页·第2张正面');
    await turn('PageUp');
    await click('print-duplex');
    expect(where()).toBe('第2/3页');
  });

  it('is renewed with the range, and says which pages of the draft these are', async () => {
    const desk = useDesk();
    await open();
    await type('print-range', '2');
    await type('print-range', '2-');
    await type('print-range', '2-3');
    await settle(RESTED_MS);
    expect(desk.argsOf('print_preview')).toEqual([look(), look({ range: '2-3' })]);
    expect(where()).toBe('第1/2页·文稿第2页·第1张正面');
    expect(picture()).toBe('data:,print/job-2-3/0');
    await type('print-range', '3-2');
    await settle(RESTED_MS);
    expect(isShown('print-preview-page')).toBe(false);
    expect(desk.argsOf('print_preview')).toHaveLength(2);
  });

  it('is renewed with preprinted paper, another printer, its offset and the text itself', async () => {
    const desk = useDesk();
    await open();
    await click('print-preprinted');
    await settle(RESTED_MS);
    const printer = byId('print-printer') as HTMLSelectElement;
    printer.value = 'redhead';
    printer.dispatchEvent(new Event('change', { bubbles: true }));
    await settle(RESTED_MS);
    const there = look({ preprinted: true, printer: 'redhead' });
    expect(desk.argsOf('print_preview')).toEqual([look(), look({ preprinted: true }), there]);
    await call('printer_offset', { printer: 'redhead', x_tenth_mm: 20, y_tenth_mm: 0 });
    await settle(RESTED_MS);
    expect(desk.argsOf('print_preview')).toHaveLength(4);
    await call('draft_discard', { id: 'draft-9' });
    await settle(RESTED_MS);
    expect(desk.argsOf('print_preview')).toHaveLength(5);
  });

  it('says that it is being made, and one can print meanwhile', async () => {
    const { waiting, answer } = later();
    const desk = useDesk({ print_preview: answer });
    await open();
    expect(screenText()).toContain('正在排出要打印的页面');
    expect(byId('print-preview').querySelector('[aria-busy="true"]')).not.toBeNull();
    byId('print-dialog').dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(desk.argsOf('print_start')).toHaveLength(1);
    waiting[0]?.(printPreview([1]));
    await settle();
    expect(where()).toBe('第1/1页·第1张正面');
  });

  it('shows nothing of an answer that came too late, and asks one thing at a time', async () => {
    const { waiting, answer } = later();
    const desk = useDesk({ print_preview: answer });
    await open();
    for (const range of ['1', '2', '2-3']) {
      await type('print-range', range);
      await settle(RESTED_MS);
    }
    expect(desk.argsOf('print_preview')).toEqual([look()]);
    waiting[0]?.(printPreview(all));
    await settle();
    expect(isShown('print-preview-page')).toBe(false);
    expect(desk.argsOf('print_preview')).toEqual([look(), look({ range: '2-3' })]);
    waiting[1]?.(printPreview([2, 3]));
    await settle();
    expect(picture()).toBe('data:,print/job-2-3/0');
  });

  it('shows the pages of the typesetter where pdfium lacks, and says so', async () => {
    const trouble = '本机缺少打印预览组件（pdfium），下面是排版画出的页面。打印不受影响。';
    useDesk({ print_preview: () => ({ ...printPreview([1, 2]), trouble }) });
    await open();
    expect(screenText()).toContain(trouble);
    expect(where()).toBe('第1/2页·第1张正面');
    expect(isShown('print-preview-page')).toBe(true);
    expect((byId('print-start') as HTMLButtonElement).disabled).toBe(false);
    await expectAccessible();
  });

  it('says why there is none, and shows no older one instead', async () => {
    const desk = useDesk();
    await open();
    const sentence = '页码范围“9”不对。请写成 1-3,5 这样的形式，最大到第 3 页。';
    desk.answers.print_preview = () => {
      throw refusal({ key: 'print.range', sentence });
    };
    await type('print-range', '9');
    await settle(RESTED_MS);
    expect(screenText()).toContain('最大到第3页');
    expect(isShown('print-preview-page')).toBe(false);
    await turn('PageDown');
    desk.answers.print_preview = () => printPreview([1]);
    await type('print-range', '1');
    await settle(RESTED_MS);
    expect(where()).toBe('第1/1页·第1张正面');
  });

  it('passes by a hundred pages without drawing them', async () => {
    useDesk({ print_preview: () => printPreview(all) });
    await open();
    for (let pressed = 0; pressed < 120; pressed += 1) {
      const key = new KeyboardEvent('keydown', {
        key: 'PageDown',
        code: 'PageDown',
        bubbles: true,
        cancelable: true,
      });
      byId('print-range').dispatchEvent(key);
    }
    await settle(150);
    expect(where()).toBe('第100/100页·第50张背面');
    const token = printPreview(all).token;
    expect(new Set(drawn)).toEqual(new Set([`print/${token}/0`, `print/${token}/99`]));
  });

  it('leaves the list of printers its own keys', async () => {
    useDesk();
    await open();
    await press('PageDown', {}, byId('print-printer'));
    expect(where()).toBe('第1/3页·第1张正面');
  });

  it('is forgotten by the desk when the dialog closes, also one that is still being made', async () => {
    const desk = useDesk();
    const { wrapper } = await open();
    await wrapper.setProps({ open: false });
    await settle();
    expect(desk.argsOf('print_preview_close')).toHaveLength(1);

    const { waiting, answer } = later();
    const slow = useDesk({ print_preview: answer });
    await wrapper.setProps({ open: true });
    await settle();
    await wrapper.setProps({ open: false });
    await settle();
    expect(slow.argsOf('print_preview_close')).toHaveLength(0);
    waiting[0]?.(printPreview([1]));
    await settle();
    expect(slow.argsOf('print_preview_close')).toHaveLength(1);
  });

  it('is not asked for where there is no printer', async () => {
    const desk = useDesk({ printer_list: () => [] });
    await open();
    expect(desk.argsOf('print_preview')).toEqual([]);
    expect(isShown('print-preview')).toBe(false);
  });
});
