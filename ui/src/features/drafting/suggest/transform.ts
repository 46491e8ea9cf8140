// Makes suggestions of an edit: what it would do to the text, step by step, is done as marks and attributes instead.
// Between the steps the real text and the one with traces differ in length; `extras` says where and by how much.
import type { Mark, Node as ProseNode, Slice } from '@tiptap/pm/model';
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import {
  AddMarkStep,
  AttrStep,
  RemoveMarkStep,
  ReplaceAroundStep,
  ReplaceStep,
  type Step,
} from '@tiptap/pm/transform';
import { markDeleted } from './deleting';
import { insertBefore, insertSlice } from './inserting';
import { headAt, type Head } from './line';
import { asCharacters, asInsertedSlice, isAllOwn, isBy, traceAt, withoutTraces, type Rewrite } from './own';
import { suggestTable } from './tables';
import { attributeTrace, isLook, kindOf, tracesOf, type Trace } from './trace';

/** What is not in the real text, or less (a sign for a division), from a place of the real text on. */
interface Extra {
  at: number;
  size: number;
}

/** Says of a deletion that it goes forward, where the cursor does not show it. */
export const FORWARD = 'suggestForward';
const KEPT_META = ['composition', 'uiEvent', 'paste', 'pointer', 'addToHistory'];

class Suggesting implements Rewrite {
  readonly out: Transaction;
  private extras: Extra[] = [];
  /** Where the cursor goes, if the last thing done was a deletion. */
  private caret: number | undefined;

  constructor(
    private readonly transaction: Transaction,
    private readonly state: EditorState,
    readonly by: Trace,
  ) {
    this.out = state.tr;
  }

  run(): Transaction {
    const { transaction, out } = this;
    transaction.steps.forEach((step, index) => this.step(step, transaction.docs[index] ?? this.state.doc));
    this.select();
    for (const key of KEPT_META) {
      const value: unknown = transaction.getMeta(key);
      if (value !== undefined) out.setMeta(key, value);
    }
    if (transaction.scrolledIntoView) out.scrollIntoView();
    if (transaction.storedMarksSet) out.setStoredMarks(transaction.storedMarks);
    return out;
  }

  /** A place of the real text in the one with traces. */
  private place(at: number): number {
    return this.extras.reduce((sum, extra) => (extra.at <= at ? sum + extra.size : sum), at);
  }

  private step(step: Step, doc: ProseNode): void {
    if (step instanceof ReplaceStep) this.replace(step);
    else if (step instanceof ReplaceAroundStep) {
      const made = step.slice.content.firstChild;
      const wraps = step.gapFrom === step.from + 1 && step.gapTo === step.to - 1 && step.insert === 1;
      if (made && wraps) this.changeKind(this.place(step.from), made);
    } else if (step instanceof AttrStep) {
      const node = doc.nodeAt(step.pos);
      if (node?.isTextblock) {
        const attrs = { ...node.attrs, [step.attr]: step.value as unknown };
        this.changeKind(this.place(step.pos), node.type.create(attrs));
      }
    } else if (step instanceof AddMarkStep) {
      this.changeLook(step, (marks) => step.mark.addToSet(marks));
    } else if (step instanceof RemoveMarkStep) {
      this.changeLook(step, (marks) => step.mark.removeFromSet(marks));
    }
  }

  private replace(step: ReplaceStep): void {
    const { out } = this;
    const { from, to, slice } = step;
    const [start, end] = [this.place(from), this.place(to)];
    const size = out.doc.content.size;
    let kept = 0;
    this.caret = undefined;
    if (isAllOwn(this, start, end)) {
      out.replace(start, end, asInsertedSlice(slice, traceAt(this, start)));
      kept = -(end - start);
    } else {
      const host = this.hostOf(start, end, slice);
      if (host !== undefined) {
        markDeleted(this, start, host);
        markDeleted(this, host + 1, end);
        insertBefore(this, host, end, slice);
      } else {
        if (start < end) markDeleted(this, start, end);
        insertSlice(this, start, end, slice);
      }
      if (start < end && slice.size === 0) this.caret = this.isForward(start) ? end : start;
    }
    const inserted = out.doc.content.size - size - Math.min(0, kept);
    this.shift(from, to, slice.size);
    if (kept === 0 && start < end) this.extras.push({ at: from, size: end - start });
    if (inserted !== slice.size) this.extras.push({ at: from + slice.size, size: inserted - slice.size });
  }

  /** The line that stays, where whole blocks before it go and the beginning of its words. */
  private hostOf(start: number, end: number, slice: Slice): number | undefined {
    const [from, to] = [this.out.doc.resolve(start), this.out.doc.resolve(end)];
    const isTail = slice.openStart === 0 && slice.openEnd === 1 && to.parent.isTextblock;
    return isTail && start < end && !from.parent.isTextblock ? to.before() : undefined;
  }

  /** The places of extras after a step: what lay in the range that went is part of what was kept of it. */
  private shift(from: number, to: number, size: number): void {
    this.extras = this.extras
      .filter((extra) => !(extra.at > from && extra.at <= to))
      .map((extra) => (extra.at > to ? { ...extra, at: extra.at + size - (to - from) } : extra));
  }

  /** Whether what goes stands behind the cursor: then the cursor passes over it. */
  private isForward(start: number): boolean {
    const { selection } = this.state;
    if (this.transaction.getMeta(FORWARD) === true) return true;
    return selection.empty && selection.head === start;
  }

  private changeKind(pos: number, made: ProseNode): void {
    const { out, by } = this;
    const node = out.doc.nodeAt(pos);
    if (!node?.isTextblock || !made.isTextblock) return;
    const own = attributeTrace(node, 'inserted');
    const kind = kindOf(made);
    if (own && isBy(own, by)) {
      out.setNodeMarkup(pos, made.type, { ...made.attrs, ...tracesOf(node) });
      return;
    }
    const head = this.headIn(pos, node);
    if (head.sign !== undefined) {
      const split = out.doc.type.schema.marks.split;
      if (split) out.addMark(head.sign, head.sign + 1, split.create({ to: kind }));
      return;
    }
    const line = out.doc.nodeAt(head.block) ?? node;
    const before = attributeTrace(line, 'becomes');
    const trace = before && isBy(before, by) ? before : by;
    out.setNodeAttribute(head.block, 'becomes', kind === kindOf(line) ? null : { ...trace, to: kind });
  }

  /** What makes the kind of a line: where the cursor stands in it, of that part of it. */
  private headIn(pos: number, line: ProseNode): Head {
    const cursor = this.place(this.transaction.selection.head);
    const isInside = cursor > pos && cursor < pos + line.nodeSize;
    return headAt(this.out.doc, isInside ? cursor : pos + 1);
  }

  /** Another look: of one's own words at once, of others' as the same words anew. */
  private changeLook(
    step: AddMarkStep | RemoveMarkStep,
    look: (marks: readonly Mark[]) => readonly Mark[],
  ): void {
    const { out } = this;
    const [from, to] = [this.place(step.from), this.place(step.to)];
    if (!isLook(step.mark) || isAllOwn(this, from, to)) {
      if (step instanceof AddMarkStep) out.addMark(from, to, step.mark);
      else out.removeMark(from, to, step.mark);
      return;
    }
    const lines: [number, number][] = [];
    out.doc.nodesBetween(from, to, (node, pos) => {
      if (!node.isTextblock) return true;
      lines.push([Math.max(from, pos + 1), Math.min(to, pos + node.nodeSize - 1)]);
      return false;
    });
    for (const [start, end] of lines.reverse()) this.renew(start, end, step.from, look);
  }

  private renew(
    start: number,
    end: number,
    at: number,
    look: (marks: readonly Mark[]) => readonly Mark[],
  ): void {
    const { out } = this;
    if (start >= end) return;
    const clean = withoutTraces(out.doc.slice(start, end).content);
    const plain = asCharacters(clean, this.by);
    const copies = plain.map((node) => node.mark(look(node.marks)));
    if (copies.every((node, index) => plain[index] && node.eq(plain[index]))) return;
    const length = copies.reduce((sum, node) => sum + node.nodeSize, 0);
    markDeleted(this, start, end);
    out.insert(end, copies);
    this.extras.push({ at, size: length });
  }

  private select(): void {
    const { out, transaction, caret } = this;
    const { selection } = transaction;
    const size = out.doc.content.size;
    const at = (pos: number) => out.doc.resolve(Math.min(size, Math.max(0, pos)));
    if (caret !== undefined && selection.empty) out.setSelection(TextSelection.near(at(caret), -1));
    else if (selection instanceof TextSelection) {
      const [anchor, head] = [at(this.place(selection.anchor)), at(this.place(selection.head))];
      out.setSelection(TextSelection.between(anchor, head));
    }
  }
}

/** The edit as a suggestion of this person. What is no edit of the text comes back as it is. */
export function suggested(transaction: Transaction, state: EditorState, by: Trace): Transaction {
  if (!transaction.docChanged) return transaction;
  return suggestTable(transaction, state, by) ?? new Suggesting(transaction, state, by).run();
}
