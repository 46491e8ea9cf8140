// Shows in the text what the findings are about, and which block is the current one. Only decorations.
import { Extension } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';

/** Something to mark in a body. */
export interface TextMark {
  key: string;
  block: number;
  /** Characters of the block's text; `null`: all of it. */
  range: readonly [number, number] | null;
  tone: 'rule' | 'advice' | 'kept';
  isCurrent: boolean;
}

/** The position inside `block` of its `at`th character. A break counts as one; paragraphs of cells are divided by one. */
export function positionOf(block: ProseNode, at: number): number {
  let left = at;
  let found = -1;
  let lastBlock: ProseNode | null = null;
  block.descendants((node, offset, parent) => {
    if (found >= 0) return false;
    if (!node.isInline) return true;
    if (block.type.name === 'table' && parent !== lastBlock) {
      if (lastBlock) left -= 1;
      lastBlock = parent;
    }
    const text = node.isText ? (node.text ?? '') : '\n';
    const characters = [...text];
    if (left <= characters.length) {
      found = offset + characters.slice(0, Math.max(0, left)).join('').length;
      return false;
    }
    left -= characters.length;
    return true;
  });
  return found >= 0 ? found : block.content.size;
}

/** Where a mark lies in the document, from and to; `undefined` for a block that is gone. */
export function rangeOf(
  doc: ProseNode,
  mark: Pick<TextMark, 'block' | 'range'>,
): [number, number] | undefined {
  if (mark.block < 0 || mark.block >= doc.childCount) return undefined;
  const block = doc.child(mark.block);
  let offset = 0;
  for (let index = 0; index < mark.block; index += 1) offset += doc.child(index).nodeSize;
  if (!mark.range || block.isAtom) return [offset, offset + block.nodeSize];
  // A table's findings count its caption first; it is an attribute here.
  const caption = block.type.name === 'table' ? String(block.attrs.caption ?? '') : '';
  const before = caption ? [...caption].length + 1 : 0;
  const [from, to] = mark.range;
  if (from < before) return [offset, offset + block.nodeSize];
  const start = offset + 1 + positionOf(block, from - before);
  return [start, Math.max(start, offset + 1 + positionOf(block, to - before))];
}

const key = new PluginKey<{ marks: readonly TextMark[]; shown: DecorationSet }>('marginMarks');

function draw(doc: ProseNode, marks: readonly TextMark[]): DecorationSet {
  const made = marks.flatMap((mark) => {
    const range = rangeOf(doc, mark);
    if (!range) return [];
    const [from, to] = range;
    const look = {
      class: `finding ${mark.tone}${mark.isCurrent ? ' current' : ''}`,
      'data-finding': mark.key,
    };
    return mark.range && from < to ? [Decoration.inline(from, to, look)] : [];
  });
  return DecorationSet.create(doc, made);
}

/** Replaces what is marked. */
export function showMarks(view: EditorView, marks: readonly TextMark[]): void {
  view.dispatch(view.state.tr.setMeta(key, marks).setMeta('addToHistory', false));
}

export const MarginMarks = Extension.create({
  name: 'marginMarks',
  addProseMirrorPlugins: () => [
    new Plugin({
      key,
      state: {
        init: (_, state: EditorState) => ({
          marks: [] as readonly TextMark[],
          shown: DecorationSet.create(state.doc, []),
        }),
        apply(transaction, value) {
          const marks = transaction.getMeta(key) as readonly TextMark[] | undefined;
          if (marks) return { marks, shown: draw(transaction.doc, marks) };
          if (!transaction.docChanged) return value;
          return { marks: value.marks, shown: value.shown.map(transaction.mapping, transaction.doc) };
        },
      },
      props: {
        decorations: (state) => key.getState(state)?.shown,
      },
    }),
  ],
});
