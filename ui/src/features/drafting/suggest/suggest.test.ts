// What suggesting does to a text, at one desk and at two.
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { setLevel } from '@/features/drafting/editor/levelKeys';
import { insertTable, runTable } from '@/features/drafting/editor/tableCommands';
import { suggestionsOf, settleSuggestions, setSuggesting } from './suggesting';
import {
  accepted,
  behind,
  cursorTo,
  linesOf,
  meet,
  original,
  sit,
  textOf,
  type,
  withoutLayout,
  type TestDesk,
} from './testDesk';

beforeAll(withoutLayout);

const START = ['# 总体要求', '各乡镇要抓好落实。', '请于月底前报送。'];
const desk = (author = '甲', lines = START): TestDesk => sit(textOf(...lines), 7, author);
const select = (one: TestDesk, words: string): void => {
  behind(one, words);
  const { head } = one.editor.state.selection;
  cursorTo(one, head - words.length, head);
};
const remove = (one: TestDesk): void => one.editor.view.dispatch(one.editor.state.tr.deleteSelection());

describe('what the binding does to a real division', () => {
  it('doubles words where two divide one paragraph at the same time', () => {
    const state = textOf('一二三四五六');
    const [one, other] = [sit(state, 2), sit(state, 3)];
    for (const each of [one, other]) {
      behind(each, '三');
      each.editor.commands.splitBlock();
    }
    meet(one, other);
    expect(linesOf(one.editor.state.doc).join('')).toBe('一二三四五六四五六');
  });

  it('a suggested one does not, and both meet', () => {
    const state = textOf('一二三四五六');
    const [one, other] = [sit(state, 2, '甲'), sit(state, 3, '乙')];
    behind(one, '三');
    one.editor.commands.splitBlock();
    behind(other, '四');
    other.editor.commands.splitBlock();
    meet(one, other);
    for (const each of [one, other]) {
      expect(original(each)).toEqual(['一二三四五六']);
      expect(accepted(each)).toEqual(['一二三', '四', '五六']);
    }
  });
});

describe('suggesting', () => {
  it('words that come', () => {
    const one = desk();
    behind(one, '要');
    type(one, '切实');
    behind(one, '要切实');
    type(one, '认真');
    expect(original(one)).toEqual(START);
    expect(accepted(one)[1]).toBe(START[1]);
    expect(accepted(one)[0]).toBe('# 总体要切实认真求');
    expect(suggestionsOf(one.editor)).toMatchObject([{ author: '甲', inserted: '切实认真', deleted: '' }]);
  });

  it('words that go, one key after another', () => {
    const one = desk();
    behind(one, '抓好落实');
    for (let times = 0; times < 2; times += 1) {
      const { head } = one.editor.state.selection;
      one.editor.view.dispatch(one.editor.state.tr.delete(head - 1, head));
    }
    type(one, '工作');
    expect(accepted(one)[1]).toBe('各乡镇要抓好工作。');
    expect(original(one)).toEqual(START);
    expect(suggestionsOf(one.editor).map((found) => [found.inserted, found.deleted])).toEqual([
      ['工作', ''],
      ['', '落实'],
    ]);
  });

  it('one word for another is one suggestion', () => {
    const one = desk();
    select(one, '月底');
    one.editor.view.dispatch(one.editor.state.tr.insertText('下月五日'));
    expect(accepted(one)[2]).toBe('请于下月五日前报送。');
    expect(suggestionsOf(one.editor)).toMatchObject([{ inserted: '下月五日', deleted: '月底' }]);
  });

  it('what one takes back of one’s own is gone', () => {
    const one = desk();
    behind(one, '要抓');
    type(one, '多写');
    select(one, '多写');
    remove(one);
    expect(linesOf(one.editor.state.doc)).toEqual(START);
    expect(suggestionsOf(one.editor)).toEqual([]);
  });

  it('Enter at the end begins a paragraph, which one goes on writing in as in any other', () => {
    const one = desk();
    behind(one, '报送。');
    one.editor.commands.splitBlock();
    type(one, '一、新的一条');
    one.editor.commands.keyboardShortcut('Enter');
    type(one, '新的一段');
    expect(accepted(one)).toEqual([...START, '# 新的一条', '新的一段']);
    expect(original(one)).toEqual(START);
  });

  it('Enter at the start and in the middle', () => {
    const one = desk();
    behind(one, '各乡镇');
    one.editor.commands.splitBlock();
    const start = one.editor.state.selection.$from.start();
    cursorTo(one, start);
    one.editor.commands.splitBlock();
    expect(accepted(one)).toEqual(['# 总体要求', '', '各乡镇', '要抓好落实。', '请于月底前报送。']);
    expect(original(one)).toEqual(START);
  });

  it('Backspace at the start joins, and rejecting parts again', () => {
    const one = desk();
    behind(one, '各乡镇');
    cursorTo(one, one.editor.state.selection.$from.start());
    one.editor.commands.joinBackward();
    expect(accepted(one)).toEqual(['# 总体要求各乡镇要抓好落实。', '请于月底前报送。']);
    expect(original(one)).toEqual(START);
    settleSuggestions(one.editor, 'all', false);
    expect(linesOf(one.editor.state.doc)).toEqual(START);
  });

  it('a selection over paragraphs goes, and something comes for it', () => {
    const one = desk();
    select(one, '要求');
    const { from } = one.editor.state.selection;
    behind(one, '请于');
    cursorTo(one, from, one.editor.state.selection.head);
    one.editor.view.dispatch(one.editor.state.tr.insertText('目标：'));
    expect(accepted(one)).toEqual(['# 总体目标：月底前报送。']);
    expect(original(one)).toEqual(START);
  });

  it('what is selected from the start of a heading goes with the heading', () => {
    const one = desk();
    behind(one, '请于');
    cursorTo(one, 1, one.editor.state.selection.head);
    remove(one);
    expect(accepted(one)).toEqual(['月底前报送。']);
    expect(original(one)).toEqual(START);
  });

  it('another level and another look', () => {
    const one = desk();
    behind(one, '各乡镇');
    setLevel(one.editor, 2);
    select(one, '报送');
    one.editor.commands.toggleMark('bold');
    expect(accepted(one)).toEqual(['# 总体要求', '## 各乡镇要抓好落实。', '请于月底前报送。']);
    expect(original(one)).toEqual(START);
    settleSuggestions(one.editor, 'all', true);
    const bold: string[] = [];
    one.editor.state.doc.descendants((node) => {
      if (node.marks.some((mark) => mark.type.name === 'bold')) bold.push(node.text ?? '');
    });
    expect(bold).toEqual(['报送']);
    setLevel(one.editor, 0);
  });

  it('paragraphs that are pasted into the middle, and a table behind the line', () => {
    const one = desk();
    behind(one, '要抓好');
    one.editor.commands.insertContent([
      { type: 'paragraph', content: [{ type: 'text', text: '甲' }] },
      { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: '乙' }] },
    ]);
    expect(original(one)).toEqual(START);
    expect(accepted(one).join('/')).toContain('甲');
    const before = accepted(one);
    behind(one, '报送。');
    insertTable(one.editor, 2, 2);
    expect(accepted(one)).toHaveLength(before.length + 1);
    expect(original(one)).toEqual(START);
  });

  it('another shape of a table is another table', () => {
    const state = sit(textOf('前', '后'), 2);
    behind(state, '前');
    insertTable(state.editor, 2, 2);
    type(state, '格');
    const one = sit(Y.encodeStateAsUpdate(state.doc), 7, '甲');
    const before = original(one);
    behind(one, '格');
    runTable(one.editor, 'column_after');
    type(one, '子');
    expect(original(one)).toEqual(before);
    const shapes: number[] = [];
    settleSuggestions(one.editor, 'all', true);
    one.editor.state.doc.forEach((node) => {
      if (node.type.name === 'table') shapes.push(node.firstChild?.childCount ?? 0);
    });
    expect(shapes).toEqual([3]);
  });

  it('undo takes back a suggestion, and a decision', () => {
    const one = desk();
    behind(one, '要抓');
    type(one, '紧');
    one.undo.stopCapturing();
    settleSuggestions(one.editor, 'all', false);
    expect(linesOf(one.editor.state.doc)).toEqual(START);
    one.undo.undo();
    expect(accepted(one)[1]).toBe('各乡镇要抓紧好落实。');
    one.undo.undo();
    expect(linesOf(one.editor.state.doc)).toEqual(START);
  });

  it('words typed with 修订 off are born into no suggestion', () => {
    const one = desk();
    select(one, '抓好落实');
    remove(one);
    setSuggesting(one.editor, false);
    behind(one, '抓好');
    type(one, '真');
    settleSuggestions(one.editor, 'all', true);
    expect(linesOf(one.editor.state.doc)[1]).toBe('各乡镇要真。');
  });
});

describe('two who suggest', () => {
  // A mark over a range of a Yjs text also covers what was written into it at the same time.
  it('one deletes what the other writes into: both are seen, and go together', () => {
    const state = textOf(...START);
    const [one, other] = [sit(state, 2, '甲'), sit(state, 3, '乙')];
    select(one, '各乡镇要抓好落实。');
    remove(one);
    behind(other, '要抓');
    type(other, '紧');
    meet(one, other);
    for (const each of [one, other]) {
      expect(original(each)).toEqual(START);
      expect(accepted(each)[1]).toBe('');
      expect(suggestionsOf(each.editor).map((found) => found.author)).toEqual(['甲', '乙']);
    }
    settleSuggestions(one.editor, { author: '甲' }, false);
    meet(one, other);
    expect(accepted(other)[1]).toBe('各乡镇要抓紧好落实。');
  });

  it('one joins what the other divides', () => {
    const state = textOf(...START);
    const [one, other] = [sit(state, 2, '甲'), sit(state, 3, '乙')];
    behind(one, '请于');
    cursorTo(one, one.editor.state.selection.$from.start());
    one.editor.commands.joinBackward();
    behind(other, '请于月底前');
    other.editor.commands.splitBlock();
    meet(one, other);
    expect(accepted(one)).toEqual(['# 总体要求', '各乡镇要抓好落实。请于月底前', '报送。']);
    expect(original(other)).toEqual(START);
  });
});
