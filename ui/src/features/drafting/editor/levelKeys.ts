// Keys of the body: levels of headings, and what Enter and Backspace do in them.
import { Extension, type Editor } from '@tiptap/core';
import { canSplit } from '@tiptap/pm/transform';
import { clampLevel } from './nodes';
import { runTable } from './tableCommands';

const headingLevel = (editor: Editor): number =>
  editor.isActive('heading') ? clampLevel(Number(editor.getAttributes('heading').level)) : 0;

/** Makes the selected blocks headings of `level`, or paragraphs for 0. */
export function setLevel(editor: Editor, level: number): boolean {
  const chain = editor.chain().focus();
  return level === 0
    ? chain.setNode('paragraph').unsetMark('runIn').run()
    : chain.setNode('heading', { level: clampLevel(level), unnumbered: false }).run();
}

function shiftLevel(editor: Editor, step: 1 | -1): boolean {
  if (editor.isActive('table')) {
    runTable(editor, step === 1 ? 'next_cell' : 'previous_cell');
    return true;
  }
  const level = headingLevel(editor);
  // In a paragraph Tab does nothing: its indent is the program's, and F6 leaves the editor.
  if (level === 0) return true;
  const next = level + step;
  if (next > 4) return true;
  return setLevel(editor, next);
}

/** Enter at the end of a heading begins a paragraph; elsewhere it divides the heading. */
function enterInHeading(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  const paragraph = editor.schema.nodes.paragraph;
  if (!empty || $from.parent.type.name !== 'heading' || !paragraph) return false;
  if ($from.parent.content.size === 0) return setLevel(editor, 0);
  const isAtEnd = $from.parentOffset === $from.parent.content.size;
  if (!isAtEnd || !canSplit(editor.state.doc, $from.pos, 1, [{ type: paragraph }])) return false;
  editor.view.dispatch(editor.state.tr.split($from.pos, 1, [{ type: paragraph }]).scrollIntoView());
  return true;
}

/** Backspace at the start of a heading makes it a paragraph first. */
function backspaceInHeading(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  const name = $from.parent.type.name;
  if (!empty || $from.parentOffset !== 0 || (name !== 'heading' && name !== 'centered')) return false;
  return setLevel(editor, 0);
}

/** Marks the rest of the heading's line, from the cursor, as body text (段首标题), or takes that back. */
export function toggleRunIn(editor: Editor): boolean {
  const { $from, from, to, empty } = editor.state.selection;
  const runIn = editor.schema.marks.runIn;
  if ($from.parent.type.name !== 'heading' || !runIn) return false;
  const start = $from.start();
  const end = $from.end();
  const transaction = editor.state.tr;
  if (editor.state.doc.rangeHasMark(start, end, runIn)) {
    transaction.removeMark(start, end, runIn).removeStoredMark(runIn);
  } else if (empty && from === end) {
    transaction.addStoredMark(runIn.create());
  } else {
    transaction.addMark(from, empty ? end : Math.max(to, end), runIn.create());
  }
  editor.view.dispatch(transaction);
  return true;
}

export interface LevelKeysOptions {
  /** Ctrl+Enter: the editor keeps Enter from everybody else. */
  submit(): void;
}

export const LevelKeys = Extension.create<LevelKeysOptions>({
  name: 'levelKeys',
  priority: 200,
  addOptions: () => ({ submit: () => undefined }),
  addKeyboardShortcuts() {
    const { editor } = this;
    const { submit } = this.options;
    const levels = [0, 1, 2, 3, 4].map((level) => [`Mod-${level}`, () => setLevel(editor, level)] as const);
    return {
      ...Object.fromEntries(levels),
      Tab: () => shiftLevel(editor, 1),
      'Shift-Tab': () => shiftLevel(editor, -1),
      Enter: () => enterInHeading(editor),
      Backspace: () => backspaceInHeading(editor),
      'Shift-Enter': () => editor.commands.insertContent({ type: 'hardBreak' }),
      'Mod-Enter': () => {
        submit();
        return true;
      },
      'Mod-b': () => editor.commands.toggleMark('bold'),
      'Mod-u': () => editor.commands.toggleMark('underline'),
      'Mod-e': () => toggleRunIn(editor),
    };
  },
});
