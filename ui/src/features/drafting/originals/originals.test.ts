// After an import: its questions are answered in place, and the file itself is one click away.
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { OriginalQuestion } from '@/api/generated/types';
import DraftingScreen from '@/features/drafting/DraftingScreen.vue';
import { writeTitle } from '@/features/drafting/elements/bodies';
import { toBase64 } from '@/features/drafting/session/base64';
import { titleOf } from '@/features/drafting/session/roots';
import { toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { keepDraft } from '@test/draftSample';
import { byId, isShown, press, screenText, settle, show } from '@test/mount';

const TITLE: OriginalQuestion = {
  key: 'import:is_title:title:1',
  place: 'title',
  text: '国有资产清查工作',
  sentence: '“国有资产清查工作”是标题吗？',
  options: ['是标题', '是正文'],
  held: 0,
};
const TYPE: OriginalQuestion = {
  key: 'import:document_type:document_type:1',
  place: 'document_type',
  text: '国有资产清查工作',
  sentence: '“国有资产清查工作”是哪个文种？',
  options: ['决议', '决定', '命令', '通知', '函'],
  held: null,
};

let desk: Desk;
let open: OriginalQuestion[];

async function screen(): Promise<Y.Doc> {
  const { doc } = keepDraft(desk, undefined, {
    originals: [{ id: 'file-1', name: '清查.docx', bytes: 20_480 }],
  });
  Object.assign(desk.answers, {
    original_questions: () => [...open],
    original_answer: ({ key }: { key: string }) => {
      const before = Y.encodeStateVector(doc);
      if (key === TITLE.key) writeTitle(doc, '');
      open = open.filter((one) => one.key !== key);
      return { update: toBase64(Y.encodeStateAsUpdate(doc, before)) };
    },
    check_keep: ({ key, reason }: { key: string; reason: string }) => {
      const all = [TITLE, TYPE].filter((one) => one.key === key || open.includes(one));
      open = reason ? open.filter((one) => one.key !== key) : all;
      return null;
    },
    original_text: () => ({ lines: ['国有资产清查工作', '各乡镇：'], is_whole: false }),
    original_write: () => ({ name: '清查.docx', bytes: 20_480 }),
  });
  await show(DraftingScreen, { at: '/draft/draft-0', props: { id: 'draft-0' } });
  await settle(150);
  return doc;
}
const buttons = (): HTMLButtonElement[] => [
  ...document.querySelectorAll<HTMLButtonElement>('[data-testid="import-answer"]'),
];
const asked = (): number => document.querySelectorAll('[data-testid="import-question"]').length;

beforeEach(() => {
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
  desk = useDesk();
  open = [TITLE, TYPE];
  toasts.splice(0);
});

describe('questions of an import', () => {
  it('stand over the findings, and an answer is an edit that Ctrl+Z takes back', async () => {
    await screen();
    expect(asked()).toBe(2);
    await expectAccessible();
    buttons()[1]?.click();
    await settle(150);
    expect(desk.argsOf('original_answer')).toEqual([{ draft_id: 'draft-0', key: TITLE.key, option: 1 }]);
    const title = (): string => (byId('title') as HTMLTextAreaElement).value;
    expect(title()).toBe('');
    expect(asked()).toBe(1);
    const undo = toasts.at(-1)?.action;
    undo?.act();
    await settle(150);
    expect(title(), 'the toast undoes it').toContain('国有资产清查');
    undo?.act();
    await settle(150);
    expect(toasts.at(-1)?.text, 'and nothing else').toContain('Ctrl+Z');
  });

  it('are answered by the number of the answer; the one that is held settles it as it stands', async () => {
    const doc = await screen();
    await press('4', { altKey: true, code: 'Digit4' });
    expect(document.activeElement, 'Alt+4 leads to the first question').toBe(buttons()[0]);
    await press('1');
    expect(desk.argsOf('original_answer')).toEqual([]);
    expect(desk.argsOf('check_keep')).toEqual([
      { draft_id: 'draft-0', key: TITLE.key, reason: '导入时已核对' },
    ]);
    expect(titleOf(doc).toString(), 'nothing was written').toContain('国有资产清查');
    expect(asked()).toBe(1);
    toasts.at(-1)?.action?.act();
    await settle(150);
    expect(asked(), 'asked again').toBe(2);
  });

  it('of many answers are a list, and can be left alone', async () => {
    open = [TYPE];
    await screen();
    const list = byId('import-choice') as HTMLSelectElement;
    list.value = '3';
    list.dispatchEvent(new Event('change', { bubbles: true }));
    await settle(150);
    expect(desk.argsOf('original_answer')).toEqual([{ draft_id: 'draft-0', key: TYPE.key, option: 3 }]);
    expect(isShown('import-questions')).toBe(false);
  });

  it('that no longer fit say so and change nothing', async () => {
    await screen();
    desk.answers.original_answer = () => {
      throw refusal({ sentence: '这处内容已经变了，修改建议不再适用。' });
    };
    buttons()[1]?.click();
    await settle(150);
    expect(toasts.at(-1)?.text).toContain('已经变了');
  });

  it('that are open stand in the question before 送审, and lead to their place', async () => {
    await screen();
    await press('Enter', { ctrlKey: true });
    await settle(150);
    expect(document.body.textContent).toContain('导入时还有 2 处没有核对');
    expect(byId('submit-yes').textContent).toContain('仍然送审');
    byId('submit-questions').querySelector('button')?.click();
    await settle(150);
    expect(isShown('submit-questions')).toBe(false);
    expect(desk.argsOf('draft_submit')).toEqual([]);
  });

  it('are not asked of a draft that was not imported', async () => {
    keepDraft(desk);
    await show(DraftingScreen, { at: '/draft/draft-0', props: { id: 'draft-0' } });
    await settle(150);
    expect(desk.argsOf('original_questions')).toEqual([]);
    expect(isShown('originals')).toBe(false);
  });
});

describe('the original', () => {
  async function choose(item: string): Promise<void> {
    byId('originals').focus();
    await press('Enter');
    byId(item).focus();
    await press('Enter');
    await settle(100);
  }

  it('is read beside the draft, by keyboard, and says where it was cut off', async () => {
    await screen();
    await choose('original-read');
    expect(desk.argsOf('original_text')).toEqual([{ draft_id: 'draft-0', file_id: 'file-1' }]);
    expect(byId('original-words').textContent).toContain('各乡镇');
    expect(screenText()).toContain('只显示前面一部分');
    const dialog = document.querySelector('[role="dialog"]');
    await expectAccessible(dialog ?? undefined);
    await press('Escape');
    expect(isShown('original-words')).toBe(false);
  });

  it('is written out as it came, under its own name', async () => {
    await screen();
    await choose('original-write');
    expect(desk.argsOf('file_choose')).toEqual([{ purpose: 'export_draft', suggested_name: '清查.docx' }]);
    expect(desk.argsOf('original_write')).toEqual([
      { draft_id: 'draft-0', file_id: 'file-1', token: 'token-1' },
    ]);
  });
});
