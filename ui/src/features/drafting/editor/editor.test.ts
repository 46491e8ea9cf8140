// The editor on a Yjs document: schema, numbers, typed headings, tables, undo.
import type { Editor } from '@tiptap/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { createBodyEditor } from './createEditor';
import { headingMark } from './headingMarks';
import { setLevel, toggleRunIn } from './levelKeys';
import { positionOf, rangeOf } from './marginMarks';
import { chineseNumeral, createCounter, headingNumbers } from './numbering';
import { changeTable, currentTable, insertTable, runTable } from './tableCommands';

let doc: Y.Doc;
let undo: Y.UndoManager;
let editor: Editor;

function open(target: Y.Doc): Editor {
  return createBodyEditor({
    element: document.body.appendChild(document.createElement('div')),
    fragment: target.getXmlFragment('body'),
    editable: true,
    label: '正文',
    placeholder: '',
    undo: () => undo.undo() !== null,
    redo: () => undo.redo() !== null,
    submit: () => undefined,
    divideUndo: () => undo.stopCapturing(),
    suggester: () => undefined,
    onPasted: () => undefined,
    onImageRefused: () => undefined,
  });
}

beforeEach(() => {
  // jsdom lays nothing out.
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
  doc = new Y.Doc();
  undo = new Y.UndoManager(doc, { trackedOrigins: new Set<unknown>([ySyncPluginKey]) });
  editor = open(doc);
});

// One that is left open would look at its page once more when there is none any longer.
afterEach(() => editor.destroy());

/** Types one character after another, as a keyboard does. */
function type(text: string): void {
  for (const character of text) editor.view.dispatch(editor.state.tr.insertText(character));
}
const blocks = (): string[] => {
  const found: string[] = [];
  editor.state.doc.forEach((node) => {
    const level = node.type.name === 'heading' ? String(node.attrs.level) : '';
    found.push(`${node.type.name}${level}: ${node.textContent}`);
  });
  return found;
};

describe('typed numbers', () => {
  it.each([
    ['一、', 1],
    ['（一）', 2],
    ['1.', 3],
    ['（1）', 4],
  ])('%s at the start of a paragraph makes a heading of its level', (mark, level) => {
    type(`${mark}总体要求`);
    expect(blocks()).toEqual([`heading${level}: 总体要求`]);
  });

  it('1.5 is a number, not a heading', () => {
    type('1.5亿元');
    expect(blocks()).toEqual(['paragraph: 1.5亿元']);
  });

  it('a number in the middle of a line changes nothing', () => {
    type('见一、二两项');
    expect(blocks()).toEqual(['paragraph: 见一、二两项']);
  });

  it('one undo takes back the heading and leaves what was typed', () => {
    type('一、');
    expect(blocks()).toEqual(['heading1: ']);
    undo.undo();
    expect(blocks()).toEqual(['paragraph: 一、']);
  });

  it('reads the forms that people write', () => {
    expect(headingMark('(二) 步骤')).toEqual({ level: 2, length: 4 });
    expect(headingMark('12．措施')?.level).toBe(3);
    expect(headingMark('2026.5')).toBeUndefined();
    expect(headingMark('（2026）')).toBeUndefined();
  });
});

describe('numbers of headings', () => {
  it('follow from the order and restart below', () => {
    const next = createCounter();
    expect([1, 2, 2, 3, 4, 1, 2].map(next)).toEqual([
      '一、',
      '（一）',
      '（二）',
      '1.',
      '（1）',
      '二、',
      '（一）',
    ]);
  });

  it('put zero only into gaps', () => {
    expect([1, 10, 12, 20, 105, 110, 1001, 1010].map(chineseNumeral)).toEqual([
      '一',
      '十',
      '十二',
      '二十',
      '一百零五',
      '一百一十',
      '一千零一',
      '一千零一十',
    ]);
  });

  it('pass over headings without a number', () => {
    type('一、甲');
    editor.commands.updateAttributes('heading', { unnumbered: true });
    editor.commands.enter();
    type('一、乙');
    expect([...headingNumbers(editor.state.doc).values()]).toEqual(['一、']);
  });
});

describe('keys', () => {
  it('Enter after a heading begins a paragraph, Backspace makes it a paragraph again', () => {
    type('一、甲');
    editor.commands.keyboardShortcut('Enter');
    type('乙');
    expect(blocks()).toEqual(['heading1: 甲', 'paragraph: 乙']);
    editor.commands.setTextSelection(1);
    editor.commands.keyboardShortcut('Backspace');
    expect(blocks()[0]).toBe('paragraph: 甲');
  });

  it('Tab goes a level deeper and stops at the fourth', () => {
    type('一、甲');
    for (let times = 0; times < 5; times += 1) editor.commands.keyboardShortcut('Tab');
    expect(blocks()).toEqual(['heading4: 甲']);
    editor.commands.keyboardShortcut('Shift-Tab');
    expect(blocks()).toEqual(['heading3: 甲']);
  });

  it('Ctrl+2 and Ctrl+0 set and clear the level', () => {
    type('落实责任');
    editor.commands.keyboardShortcut('Mod-2');
    expect(blocks()).toEqual(['heading2: 落实责任']);
    setLevel(editor, 0);
    expect(blocks()).toEqual(['paragraph: 落实责任']);
  });

  it('段首标题 marks the rest of the line, and is taken back', () => {
    type('（一）落实责任。各乡镇负总责。');
    editor.commands.setTextSelection(6);
    expect(toggleRunIn(editor)).toBe(true);
    const marked = doc.getXmlFragment('body').toString();
    expect(marked).toContain('<runIn>各乡镇负总责。</runIn>');
    toggleRunIn(editor);
    expect(doc.getXmlFragment('body').toString()).not.toContain('runIn');
  });
});

describe('the Yjs document', () => {
  it('holds the names and values of the shared schema, and another editor reads the same', () => {
    type('一、甲');
    editor.commands.keyboardShortcut('Enter');
    insertTable(editor, 2, 2);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const heading = other.getXmlFragment('body').get(0);
    if (!(heading instanceof Y.XmlElement)) throw new Error('no element');
    expect(heading.nodeName).toBe('heading');
    expect(heading.getAttributes()).toEqual({ level: 1, unnumbered: false });
    const second = open(other);
    expect(second.getJSON()).toEqual(editor.getJSON());
    second.destroy();
  });

  it('takes what others write while one writes', () => {
    type('甲');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText('乙')]);
    other.getXmlFragment('body').insert(1, [paragraph]);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'elsewhere');
    type('丙');
    expect(blocks()).toEqual(['paragraph: 甲丙', 'paragraph: 乙']);
  });

  it('an opened and untouched body stays as it was', () => {
    const untouched = new Y.Doc();
    const before = Y.encodeStateAsUpdate(untouched).length;
    const second = open(untouched);
    expect(Y.encodeStateAsUpdate(untouched).length).toBe(before);
    second.destroy();
  });

  it('writes nothing anew for a table that somebody else edits beside', () => {
    insertTable(editor, 2, 2);
    editor.commands.updateAttributes('tableHeader', { colwidth: [120] });
    let bytes = 0;
    doc.on('update', (update: Uint8Array) => (bytes += update.length));
    editor.commands.setTextSelection(editor.state.doc.content.size);
    editor.commands.insertContentAt(editor.state.doc.content.size, {
      type: 'paragraph',
      content: [{ type: 'text', text: '尾' }],
    });
    expect(bytes, 'one paragraph, not the table again').toBeLessThan(120);
  });
});

describe('tables', () => {
  it('header rows are header cells and an attribute; merge and split work', () => {
    insertTable(editor, 3, 2);
    editor.commands.setTextSelection(4);
    changeTable(editor, { headerRows: 2, caption: '情况表', landscape: true });
    const { node } = currentTable(editor) ?? {};
    expect(node?.attrs).toMatchObject({ caption: '情况表', landscape: true, headerRows: 2 });
    expect(node?.child(1).child(0).type.name).toBe('tableHeader');
    expect(runTable(editor, 'row_after')).toBe(true);
    expect(currentTable(editor)?.node.childCount).toBe(4);
    expect(runTable(editor, 'column_delete')).toBe(true);
    expect(currentTable(editor)?.node.child(0).childCount).toBe(1);
  });
});

describe('a table and the cursor', () => {
  const cells = (): string[][] => {
    const { node } = currentTable(editor) ?? {};
    const rows: string[][] = [];
    node?.forEach((row) => {
      const words: string[] = [];
      row.forEach((cell) => words.push(cell.textContent));
      rows.push(words);
    });
    return rows;
  };
  const paste = (text: string) => {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    const data = { files: [], getData: (kind: string) => (kind === 'text/plain' ? text : '') };
    Object.defineProperty(event, 'clipboardData', { value: data });
    editor.view.dom.dispatchEvent(event);
  };

  it('waits in the first cell of a new one', () => {
    type('如下：');
    insertTable(editor, 2, 3);
    type('单位');
    expect(cells()).toEqual([
      ['单位', '', ''],
      ['', '', ''],
    ]);
  });

  it('fills the cells from the cursor on with what a spreadsheet copies, and grows where they end', () => {
    insertTable(editor, 2, 2);
    runTable(editor, 'next_cell');
    undo.stopCapturing();
    paste('数量\t金额\r\n3\t12.50\r\n4\t"一\n二"\r\n');
    expect(cells()).toEqual([
      ['', '数量', '金额'],
      ['', '3', '12.50'],
      ['', '4', '一二'],
    ]);
    expect(currentTable(editor)?.node.child(0).child(1).type.name, 'a header cell stays one').toBe(
      'tableHeader',
    );
    expect(currentTable(editor)?.node.child(2).child(2).childCount, 'two lines in one cell').toBe(2);
    type('。');
    expect(cells()[2]).toEqual(['', '4', '一二。']);
    // One undo takes back what was pasted, and the table is as it was.
    undo.undo();
    expect(cells()).toEqual([
      ['', ''],
      ['', ''],
    ]);
  });

  it('puts text without tabs where the cursor is, and text with tabs outside a table into lines', () => {
    insertTable(editor, 1, 2);
    paste('合计');
    expect(cells()).toEqual([['合计', '']]);
    editor.commands.setContent('<p></p>');
    paste('一\t二');
    expect(currentTable(editor)).toBeUndefined();
    expect(editor.state.doc.textContent).toBe('一 二');
  });
});

describe('places in the text', () => {
  it('count characters, not code units, and breaks as one', () => {
    type('𠮷甲');
    editor.commands.insertContent({ type: 'hardBreak' });
    type('乙');
    const block = editor.state.doc.child(0);
    expect([0, 1, 2, 3].map((at) => positionOf(block, at))).toEqual([0, 2, 3, 4]);
    expect(rangeOf(editor.state.doc, { block: 0, range: [1, 2] })).toEqual([3, 4]);
    expect(rangeOf(editor.state.doc, { block: 7, range: null })).toBeUndefined();
  });
});
