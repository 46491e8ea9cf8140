// Shows in the text where the others' cursors are, with their names, and who wrote what. Only decorations.
import { Extension } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import type { RemoteCursor } from '@/features/drafting/together/cursors';
import { rangeOf } from './marginMarks';

/** Characters that somebody wrote. */
export interface WrittenMark {
  block: number;
  range: readonly [number, number];
  colour: number;
  name: string;
}

interface Shown {
  cursors: readonly RemoteCursor[];
  written: readonly WrittenMark[];
}

const key = new PluginKey<{ shown: Shown; drawn: DecorationSet }>('remoteCursors');
const NOTHING: Shown = { cursors: [], written: [] };

function caret(cursor: RemoteCursor): HTMLElement {
  const made = document.createElement('span');
  made.className = `remote-caret person-${cursor.colour}`;
  made.dataset.testid = 'remote-caret';
  const name = document.createElement('span');
  name.className = 'remote-name';
  name.textContent = cursor.name;
  made.append(name);
  return made;
}

function draw(doc: ProseNode, shown: Shown): DecorationSet {
  const made: Decoration[] = [];
  for (const cursor of shown.cursors) {
    const [from, to] = [Math.min(cursor.anchor, cursor.head), Math.max(cursor.anchor, cursor.head)];
    if (from < to) {
      made.push(Decoration.inline(from, to, { class: `remote-selection person-${cursor.colour}` }));
    }
    made.push(Decoration.widget(cursor.head, () => caret(cursor), { key: `cursor-${cursor.key}`, side: 10 }));
  }
  for (const mark of shown.written) {
    const range = rangeOf(doc, mark);
    if (!range || range[0] >= range[1]) continue;
    made.push(
      Decoration.inline(range[0], range[1], { class: `written person-${mark.colour}`, title: mark.name }),
    );
  }
  return DecorationSet.create(doc, made);
}

/** Replaces what is shown of others. */
export function showOthers(view: EditorView, shown: Shown): void {
  view.dispatch(view.state.tr.setMeta(key, shown).setMeta('addToHistory', false));
}

export const RemoteCursors = Extension.create({
  name: 'remoteCursors',
  addProseMirrorPlugins: () => [
    new Plugin({
      key,
      state: {
        init: (_, state: EditorState) => ({ shown: NOTHING, drawn: DecorationSet.create(state.doc, []) }),
        apply(transaction, value) {
          const shown = transaction.getMeta(key) as Shown | undefined;
          if (shown) return { shown, drawn: draw(transaction.doc, shown) };
          if (!transaction.docChanged) return value;
          return { shown: value.shown, drawn: value.drawn.map(transaction.mapping, transaction.doc) };
        },
      },
      props: {
        decorations: (state) => key.getState(state)?.drawn,
      },
    }),
  ],
});
