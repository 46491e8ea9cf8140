// Typing 一、 （一） 1. or （1） at the start of a paragraph makes it a heading of that level. Works after the
// fact, on what stands in the document: so it never disturbs a composition, and one undo takes it back.
import { Extension } from '@tiptap/core';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { headingMark } from './headingMarks';

interface Typed {
  /** Start of the paragraph the cursor stands in; -1 for none. */
  at: number;
  hasMark: boolean;
}

/** What the rule needs to know of a state: whether the cursor's paragraph begins with a number. */
function typedIn(state: EditorState): Typed {
  const { $from, empty } = state.selection;
  const parent = $from.parent;
  if (!empty || $from.depth !== 1 || parent.type.name !== 'paragraph') return { at: -1, hasMark: false };
  return { at: $from.before(), hasMark: headingMark(parent.textContent) !== undefined };
}

/** The transaction that makes the cursor's paragraph a heading, if it begins with a number. */
function headingFromMark(state: EditorState): Transaction | undefined {
  const { $from } = state.selection;
  const { at } = typedIn(state);
  const heading = state.schema.nodes.heading;
  if (at < 0 || !heading) return undefined;
  const found = headingMark($from.parent.textContent);
  if (!found || $from.parentOffset < found.length) return undefined;
  return state.tr
    .delete(at + 1, at + 1 + found.length)
    .setNodeMarkup(at, heading, { level: found.level, unnumbered: false });
}

/** 1. that turns out to be 1.5: the paragraph as it was, with the digit. */
function backToDecimal(state: EditorState, made: Made): Transaction | undefined {
  const heading = state.doc.nodeAt(made.at);
  const paragraph = state.schema.nodes.paragraph;
  if (!heading || !paragraph || heading.type.name !== 'heading') return undefined;
  if (!/^\d$/.test(heading.textContent) || !/^\d{1,2}\.$/.test(made.mark)) return undefined;
  return state.tr.insertText(made.mark, made.at + 1).setNodeMarkup(made.at, paragraph, {});
}

/** The heading that was made last, while nothing else has happened. */
interface Made {
  at: number;
  mark: string;
}

export interface AutoHeadingOptions {
  /** Called before the change, so that undo takes back the heading alone. */
  divideUndo(): void;
}

/** Milliseconds after a composition until its text certainly stands in the document. */
const SETTLE_MS = 60;

function isFromElsewhere(state: EditorState): boolean {
  const sync: unknown = ySyncPluginKey.getState(state);
  return (
    typeof sync === 'object' && sync !== null && 'isChangeOrigin' in sync && sync.isChangeOrigin === true
  );
}

/** Watches one view. */
function createWatch(first: EditorState, divideUndo: () => void) {
  // What stood in the paragraph when the person last was at rest in it.
  let rest = typedIn(first);
  let made: Made | undefined;

  return function check(view: EditorView, before?: EditorState): void {
    if (view.composing || view.isDestroyed) return;
    const now = typedIn(view.state);
    const isNew = now.hasMark && rest.at === now.at && !rest.hasMark;
    rest = now;
    const isChanged = !before || !before.doc.eq(view.state.doc);
    const last = made;
    if (isChanged) made = undefined;
    if (!view.editable || isFromElsewhere(view.state)) return;
    if (isNew) {
      const mark = view.state.selection.$from.parent.textContent;
      const transaction = headingFromMark(view.state);
      if (!transaction) return;
      divideUndo();
      view.dispatch(transaction);
      made = { at: now.at, mark: mark.slice(0, headingMark(mark)?.length ?? 0) };
    } else if (last && isChanged) {
      const transaction = backToDecimal(view.state, last);
      if (transaction) view.dispatch(transaction);
    }
  };
}

export const AutoHeading = Extension.create<AutoHeadingOptions>({
  name: 'autoHeading',
  addOptions: () => ({ divideUndo: () => undefined }),
  addProseMirrorPlugins() {
    const { divideUndo } = this.options;
    let check: ReturnType<typeof createWatch> | undefined;
    return [
      new Plugin({
        key: new PluginKey('autoHeading'),
        props: {
          handleDOMEvents: {
            compositionend: (view) => {
              setTimeout(() => check?.(view), SETTLE_MS);
              return false;
            },
          },
        },
        view: (view) => {
          check = createWatch(view.state, divideUndo);
          return { update: (now, before) => check?.(now, before) };
        },
      }),
    ];
  },
});
