// 修订: while it is on, whatever is typed, pasted or deleted becomes a suggestion; while it is off, what is typed is never
// born into one. Also keeps the keys in order around words that are going, and shows which suggestion is looked at.
import { Extension, type Editor } from '@tiptap/core';
import { Slice, type Mark, type Node as ProseNode } from '@tiptap/pm/model';
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { colourOf } from '@/features/drafting/together/cursors';
import { suggestionsIn, type Suggestion } from './list';
import { traceAt, withoutTraces } from './own';
import { settle, type Choice } from './settle';
import { attributeTrace, isGone, isLook, traceOf, TRACE_MARKS, type Trace } from './trace';
import { FORWARD, suggested } from './transform';

/** Who suggests, and the hour and names that a suggestion is given. */
export interface Suggester {
  author: string;
  name: string;
  now(): string;
  newId(): string;
}

interface Shown {
  isOn: boolean;
  current: string;
  drawn: DecorationSet;
}

const key = new PluginKey<Shown>('suggesting');
/** On a transaction that is to be taken as it is. */
const SETTLED = 'settled';
const KEY_OF_INPUT_METHOD = 229;

const isSuggesting = (state: EditorState): boolean => key.getState(state)?.isOn === true;

/** Turns 修订 on or off. */
export function setSuggesting(editor: Editor, isOn: boolean): void {
  editor.view.dispatch(editor.state.tr.setMeta(key, { isOn }).setMeta('addToHistory', false));
}

/** Shows which suggestion is looked at; an empty id shows none. */
export function showCurrent(editor: Editor, current: string): void {
  editor.view.dispatch(editor.state.tr.setMeta(key, { current }).setMeta('addToHistory', false));
}

/** Accepts or rejects. One undo takes it back. */
export function settleSuggestions(editor: Editor, choice: Choice, take: boolean): void {
  const tr = settle(editor.state.tr, choice, take);
  if (tr.docChanged) editor.view.dispatch(tr.setMeta(SETTLED, true));
}

/** Goes to a suggestion and brings it into view. */
export function goToSuggestion(editor: Editor, one: Suggestion): void {
  const { doc } = editor.state;
  const place = doc.resolve(Math.min(one.from, doc.content.size));
  showCurrent(editor, one.id);
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.near(place)).scrollIntoView());
}

function draw(doc: ProseNode, current: string): DecorationSet {
  const made: Decoration[] = [];
  doc.descendants((node, pos) => {
    const end = pos + node.nodeSize;
    const traces = (['inserted', 'deleted'] as const).map((name) => ({
      name,
      trace: attributeTrace(node, name),
    }));
    // Tables and images draw themselves: what concerns them as a whole is put around them.
    if (!node.isInline && !node.isTextblock) {
      for (const { name, trace } of traces) {
        if (!trace) continue;
        const look = `trace block-${name} person-${colourOf(trace.author)}`;
        made.push(Decoration.node(pos, end, { class: look, title: trace.name }));
      }
    }
    const marks = node.marks.map((mark) => traceOf(mark.attrs));
    const all = [...traces.map(({ trace }) => trace), ...marks, attributeTrace(node, 'joined')];
    all.push(attributeTrace(node, 'becomes'));
    if (!current || !all.some((trace) => trace?.id === current)) return;
    const look = { class: 'trace-current' };
    made.push(node.isInline ? Decoration.inline(pos, end, look) : Decoration.node(pos, end, look));
  });
  return DecorationSet.create(doc, made);
}

/** The trace of what is done now: the one the cursor waits with, or a new one. */
function traceNow(state: EditorState, who: Suggester): Trace {
  const { author, name } = who;
  const waiting = (state.storedMarks ?? [])
    .filter((mark) => mark.type.name === 'inserted')
    .map((mark) => traceOf(mark.attrs))
    .find((trace) => trace?.author === author);
  return waiting ?? { id: who.newId(), author, name, at: who.now() };
}

/** The marks the next typed word is to have: then an input method composes in its final place. */
function marksToType(state: EditorState, who: Suggester): readonly Mark[] | undefined {
  const { selection, schema } = state;
  if (!(selection instanceof TextSelection) || !selection.$cursor?.parent.isTextblock) return undefined;
  const present = state.storedMarks ?? selection.$cursor.marks();
  const trace = traceAt({ out: state.tr, by: traceNow(state, who) }, selection.head);
  const wanted = schema.mark('inserted', { ...trace }).addToSet(present.filter(isLook));
  const isThere =
    present.length === wanted.length && wanted.every((mark) => present.some((one) => one.eq(mark)));
  return isThere ? undefined : wanted;
}

/** Words that are typed while 修订 is off stand in the text, whatever they stand in. */
function plainly(transaction: Transaction): Transaction {
  const { steps } = transaction;
  steps.forEach((step, index) => {
    if (!(step instanceof ReplaceStep) || !step.slice.content.firstChild?.isInline) return;
    const rest = transaction.mapping.slice(index + 1, steps.length);
    const [from, to] = [rest.map(step.from, 1), rest.map(step.from + step.slice.size, -1)];
    for (const name of TRACE_MARKS) {
      const type = transaction.doc.type.schema.marks[name];
      if (type && from < to && transaction.doc.rangeHasMark(from, to, type))
        transaction.removeMark(from, to, type);
    }
  });
  if (transaction.storedMarks) transaction.setStoredMarks(transaction.storedMarks.filter(isLook));
  return transaction;
}

const graphemes = new Intl.Segmenter('zh-CN', { granularity: 'grapheme' });

/** Where the words that are going end, from the cursor on; the cursor itself where none are. */
function passGone(state: EditorState, by: 1 | -1): number {
  let at = state.selection.head;
  for (;;) {
    const place = state.doc.resolve(at);
    const node = by > 0 ? place.nodeAfter : place.nodeBefore;
    if (!node?.isInline || !isGone(node)) return at;
    at += by * node.nodeSize;
  }
}

/** Deletes the character behind words that are going already, where the key alone would stay among them. */
function deletePast(editor: Editor, by: 1 | -1): boolean {
  const { state, view } = editor;
  if (!isSuggesting(state) || !state.selection.empty || !state.selection.$from.parent.isTextblock)
    return false;
  const at = passGone(state, by);
  if (at === state.selection.head) return false;
  const place = state.doc.resolve(at);
  const node = by > 0 ? place.nodeAfter : place.nodeBefore;
  const tr = state.tr.setMeta(FORWARD, by > 0);
  if (node) {
    const pieces = [...graphemes.segment(node.text ?? ' ')];
    const piece = node.isText ? (by > 0 ? pieces[0] : pieces.at(-1)) : undefined;
    const size = piece?.segment.length ?? node.nodeSize;
    view.dispatch(by > 0 ? tr.delete(at, at + size) : tr.delete(at - size, at));
    return true;
  }
  const joint = by > 0 ? place.after() : place.before();
  const [before, after] = [state.doc.resolve(joint).nodeBefore, state.doc.resolve(joint).nodeAfter];
  if (before?.isTextblock && after?.isTextblock) view.dispatch(tr.join(joint));
  return true;
}

export interface SuggestingOptions {
  /** Nobody suggests where this answers nothing. */
  who(): Suggester | undefined;
}

/** What is selected goes before an input method begins: it must not compose over it. */
function clearSelection(view: EditorView, who: Suggester | undefined): boolean {
  const { state } = view;
  if (!who || !isSuggesting(state) || state.selection.empty) return false;
  if (!(state.selection instanceof TextSelection) || !view.editable) return false;
  const tr = suggested(state.tr.deleteSelection(), state, traceNow(state, who));
  const end = tr.doc.resolve(tr.mapping.map(state.selection.to));
  view.dispatch(tr.setSelection(TextSelection.near(end, -1)).setMeta(SETTLED, true));
  return false;
}

const withoutTracesIn = (slice: Slice): Slice =>
  new Slice(withoutTraces(slice.content), slice.openStart, slice.openEnd);

export const Suggesting = Extension.create<SuggestingOptions>({
  name: 'suggesting',
  priority: 900,
  addOptions: () => ({ who: () => undefined }),
  dispatchTransaction({ transaction, next }) {
    const { state } = this.editor;
    const who = this.options.who();
    const isTaken =
      !transaction.docChanged ||
      transaction.getMeta(SETTLED) === true ||
      transaction.getMeta(ySyncPluginKey) !== undefined;
    if (isTaken) next(transaction);
    else if (who && isSuggesting(state)) next(suggested(transaction, state, traceNow(state, who)));
    else next(plainly(transaction));
  },
  addKeyboardShortcuts() {
    const { editor } = this;
    return { Backspace: () => deletePast(editor, -1), Delete: () => deletePast(editor, 1) };
  },
  addProseMirrorPlugins() {
    const { who } = this.options;
    const { editor } = this;
    return [
      new Plugin<Shown>({
        key,
        state: {
          init: (_, state) => ({ isOn: false, current: '', drawn: draw(state.doc, '') }),
          apply(transaction, shown) {
            const told = transaction.getMeta(key) as Partial<Shown> | undefined;
            if (!told && !transaction.docChanged) return shown;
            const now = { ...shown, ...told };
            return { ...now, drawn: draw(transaction.doc, now.current) };
          },
        },
        appendTransaction(_, _before, state) {
          const person = who();
          if (!person || !isSuggesting(state) || editor.view.composing) return null;
          const marks = marksToType(state, person);
          return marks ? state.tr.setStoredMarks(marks) : null;
        },
        props: {
          decorations: (state) => key.getState(state)?.drawn,
          transformCopied: withoutTracesIn,
          transformPasted: withoutTracesIn,
          handleDOMEvents: {
            compositionstart: (view) => clearSelection(view, who()),
            keydown: (view, event) =>
              event.keyCode === KEY_OF_INPUT_METHOD ? clearSelection(view, who()) : false,
          },
        },
      }),
    ];
  },
});

/** The suggestions of what is edited, in the order of the text. */
export const suggestionsOf = (editor: Editor): Suggestion[] => suggestionsIn(editor.state.doc);
