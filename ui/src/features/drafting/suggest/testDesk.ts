// For tests: an editor on a Yjs document at which somebody named sits, with a clock and ids that count.
import type { Editor } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { afterEach } from 'vitest';
import * as Y from 'yjs';
import { createBodyEditor } from '@/features/drafting/editor/createEditor';
import { settle } from './settle';
import { setSuggesting } from './suggesting';
import { isGone, splitOf } from './trace';

export interface TestDesk {
  readonly doc: Y.Doc;
  readonly editor: Editor;
  readonly undo: Y.UndoManager;
}

let ids = 0;
const open: Editor[] = [];
/** An editor that is left open would look at its page once more when there is none any longer. */
afterEach(() => open.splice(0).forEach((editor) => editor.destroy()));

/** jsdom lays nothing out. */
export function withoutLayout(): void {
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
}

/** A desk of its own; with an author, 修订 is on. */
export function sit(state: Uint8Array | undefined, client: number, author = ''): TestDesk {
  const doc = new Y.Doc();
  doc.clientID = client;
  if (state) Y.applyUpdate(doc, state);
  const undo = new Y.UndoManager(doc, { trackedOrigins: new Set<unknown>([ySyncPluginKey]) });
  const editor = createBodyEditor({
    element: document.createElement('div'),
    fragment: doc.getXmlFragment('body'),
    editable: true,
    label: '正文',
    placeholder: '',
    undo: () => undo.undo() !== null,
    redo: () => undo.redo() !== null,
    submit: () => undefined,
    divideUndo: () => undo.stopCapturing(),
    suggester: () =>
      author
        ? {
            author,
            name: `${author}某`,
            now: () => new Date(Date.UTC(2026, 10, 23, 1, ids % 60)).toISOString(),
            newId: () => `s${(ids += 1)}`,
          }
        : undefined,
    onPasted: () => undefined,
    onImageRefused: () => undefined,
  });
  open.push(editor);
  if (author) setSuggesting(editor, true);
  undo.clear();
  return { doc, editor, undo };
}

/** A text of these lines; `# ` begins a heading, as many as its level. */
export function textOf(...lines: string[]): Uint8Array {
  const desk = sit(undefined, 1);
  const content = lines.map((line) => {
    const marks = /^#* ?/.exec(line)?.[0] ?? '';
    const level = marks.trim().length;
    const words = line.slice(marks.length);
    const inside = words ? { content: [{ type: 'text', text: words }] } : {};
    return level > 0
      ? { type: 'heading', attrs: { level, unnumbered: false }, ...inside }
      : { type: 'paragraph', ...inside };
  });
  desk.editor.commands.setContent({ type: 'doc', content });
  return Y.encodeStateAsUpdate(desk.doc);
}

/** Both know what the other does, afterwards. */
export function meet(one: TestDesk, other: TestDesk): void {
  const [from, to] = [Y.encodeStateAsUpdate(one.doc), Y.encodeStateAsUpdate(other.doc)];
  Y.applyUpdate(one.doc, to);
  Y.applyUpdate(other.doc, from);
}

const lineOf = (node: ProseNode): string => {
  const words = node.textBetween(0, node.content.size, '|', '⏎');
  const kind = node.type.name === 'heading' ? `${'#'.repeat(Number(node.attrs.level))} ` : '';
  return node.type.name === 'pageBreak' ? '---' : `${kind}${words}`;
};

export function linesOf(doc: ProseNode): string[] {
  const found: string[] = [];
  doc.forEach((node) => found.push(lineOf(node)));
  return found;
}

const settled = (desk: TestDesk, take: boolean): ProseNode => settle(desk.editor.state.tr, 'all', take).doc;
export const accepted = (desk: TestDesk): string[] => linesOf(settled(desk, true));
export const original = (desk: TestDesk): string[] => linesOf(settled(desk, false));
export const acceptedDoc = (desk: TestDesk): ProseNode => settled(desk, true);
export const originalDoc = (desk: TestDesk): ProseNode => settled(desk, false);

/** Of each line that stands once all is accepted: where the cursor can be, before each character and at its end. */
export function cursorsOf(doc: ProseNode): number[][] {
  const found: number[][] = [];
  doc.forEach((node, offset) => {
    if (node.attrs.deleted !== null && node.content.content.every(isGone)) return;
    let line = node.attrs.joined && found.length > 0 ? found.pop() : undefined;
    line?.pop();
    line ??= [];
    node.forEach((piece, at) => {
      if (isGone(piece)) return;
      const place = offset + 1 + at;
      const isSign = splitOf(piece) !== undefined && splitOf(piece) !== 'line';
      let index = 0;
      for (const character of piece.text ?? ' ') {
        line?.push(place + index);
        index += character.length;
        if (!isSign) continue;
        found.push(line ?? []);
        line = [];
      }
    });
    line.push(offset + node.nodeSize - 1);
    found.push(line);
  });
  return found;
}

export function cursorTo({ editor }: TestDesk, anchor: number, head = anchor): void {
  const { doc } = editor.state;
  const selection = TextSelection.create(doc, anchor, head);
  editor.view.dispatch(editor.state.tr.setSelection(selection));
}

/** Types one character after another, as a keyboard does. */
export function type({ editor }: TestDesk, words: string): void {
  for (const one of words) {
    const tr = editor.state.tr;
    editor.view.dispatch(tr.insertText(one).scrollIntoView());
  }
}

/** Puts the cursor behind `words`. */
export function behind(desk: TestDesk, words: string): void {
  let found = -1;
  desk.editor.state.doc.descendants((node, pos) => {
    const at = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (at >= 0 && found < 0) found = pos + 1 + at + words.length;
  });
  if (found < 0) throw new Error(`no such words: ${words}`);
  cursorTo(desk, found);
}
