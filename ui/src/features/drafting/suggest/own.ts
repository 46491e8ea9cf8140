// What one has suggested oneself, and making pieces of it. What is one's own is changed for good; all else is only marked.
import { Fragment, Slice, type Mark, type Node as ProseNode, type Schema } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import {
  attributeTrace,
  isLook,
  LINE_SIGN,
  markTrace,
  PARAGRAPH_SIGN,
  TRACE_ATTRIBUTES,
  type Trace,
} from './trace';

/** A transaction that is being made of somebody's edit. */
export interface Rewrite {
  readonly out: Transaction;
  /** The trace of what is new in it. */
  readonly by: Trace;
}

export const isBy = (trace: Trace | undefined, by: Trace): boolean => trace?.author === by.author;

/** Whether a line of text was suggested by this person, with every word in it. */
export function isOwnLine(line: ProseNode, by: Trace): boolean {
  if (!isBy(attributeTrace(line, 'inserted'), by)) return false;
  let isOwn = true;
  line.forEach((node) => (isOwn &&= isBy(markTrace(node, 'inserted'), by)));
  return isOwn;
}

/** Whether everything between two places was suggested by this person. */
export function isAllOwn({ out, by }: Rewrite, from: number, to: number): boolean {
  let isOwn = from < to;
  out.doc.nodesBetween(from, to, (node, pos) => {
    if (!isOwn) return false;
    if (node.isInline) isOwn = isBy(markTrace(node, 'inserted'), by);
    else if (pos >= from) {
      isOwn = isBy(attributeTrace(node, 'inserted'), by);
      return node.isTextblock;
    }
    return true;
  });
  return isOwn;
}

/** The trace that new text at a place goes on with: of one's own text beside it, or the new one. */
export function traceAt({ out, by }: Rewrite, at: number): Trace {
  const place = out.doc.resolve(at);
  for (const node of [place.nodeBefore, place.nodeAfter]) {
    if (!node?.isInline || markTrace(node, 'deleted')) continue;
    const trace = markTrace(node, 'inserted');
    if (trace && isBy(trace, by)) return trace;
  }
  const line = place.parent.isTextblock ? attributeTrace(place.parent, 'inserted') : undefined;
  return line && isBy(line, by) ? line : by;
}

const plainAttrs = (node: ProseNode): Record<string, unknown> => {
  const attrs: Record<string, unknown> = { ...node.attrs };
  for (const name of TRACE_ATTRIBUTES) if (name in attrs) attrs[name] = null;
  return attrs;
};

/** Content without traces: what went is not in it, what came is content like other content. */
export function withoutTraces(content: Fragment): Fragment {
  const made: ProseNode[] = [];
  content.forEach((node) => {
    if (node.isInline && markTrace(node, 'deleted')) return;
    if (node.isText) {
      const isSign = node.marks.some((mark) => mark.type.name === 'split');
      if (!isSign) made.push(node.mark(node.marks.filter(isLook)));
    } else {
      made.push(node.type.create(plainAttrs(node), withoutTraces(node.content), node.marks));
    }
  });
  return Fragment.fromArray(made);
}

const insertedMark = (schema: Schema, trace: Trace): Mark => schema.mark('inserted', { ...trace });

/** Content as this person's suggestion. */
export function asInserted(content: Fragment, trace: Trace): Fragment {
  const made: ProseNode[] = [];
  content.forEach((node) => {
    if (node.isText) made.push(node.mark(insertedMark(node.type.schema, trace).addToSet(node.marks)));
    else {
      const attrs = 'inserted' in node.attrs ? { ...node.attrs, inserted: { ...trace } } : node.attrs;
      made.push(node.type.create(attrs, asInserted(node.content, trace), node.marks));
    }
  });
  return Fragment.fromArray(made);
}

export const asInsertedSlice = (slice: Slice, trace: Trace): Slice =>
  new Slice(asInserted(slice.content, trace), slice.openStart, slice.openEnd);

/** A sign that ends a line or a paragraph once it is accepted. */
export function sign(schema: Schema, to: string, trace: Trace): ProseNode {
  const marks = [insertedMark(schema, trace), schema.mark('split', { to })];
  return schema.text(to === 'line' ? LINE_SIGN : PARAGRAPH_SIGN, marks);
}

/** Inline content as suggested characters alone: a break becomes a sign, so that no text has to move. */
export function asCharacters(content: Fragment, trace: Trace): ProseNode[] {
  const made: ProseNode[] = [];
  asInserted(content, trace).forEach((node) => {
    if (node.isText) made.push(node);
    else if (node.type.name === 'hardBreak') made.push(sign(node.type.schema, 'line', trace));
  });
  return made;
}
