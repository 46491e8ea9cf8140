// Suggests that something comes: characters into the text, whole blocks beside blocks. What stands is never divided:
// where a paragraph is to end in its middle, a sign says so until somebody accepts it.
import { Fragment, Slice, type Node as ProseNode, type ResolvedPos } from '@tiptap/pm/model';
import { headAt, isLineEnd, isLineStart, kindBeside } from './line';
import {
  asCharacters,
  asInserted,
  asInsertedSlice,
  isOwnLine,
  sign,
  traceAt,
  withoutTraces,
  type Rewrite,
} from './own';
import { isGone, kindOf, kindToBe, nodeOfKind, type Trace } from './trace';

/** The inline content of a slice that has nothing else. */
function inlineOf(slice: Slice): Fragment | undefined {
  const { content, openStart, openEnd } = slice;
  if (content.firstChild?.isInline) return content;
  const only = content.childCount === 1 ? content.firstChild : null;
  return only?.isTextblock && openStart > 0 && openEnd > 0 ? only.content : undefined;
}

/** Whether a paragraph is only divided, and nothing comes. */
const isDivision = (slice: Slice): boolean =>
  slice.openStart > 0 && slice.openEnd > 0 && slice.content.childCount === 2 && slice.size === 2;

/** The end of a line, if nothing that stays stands behind a place in it. */
function endOf(place: ResolvedPos): number | undefined {
  const { parent } = place;
  let isEnd = true;
  parent.forEach((node, offset) => {
    if (offset + node.nodeSize > place.parentOffset && !isGone(node)) isEnd = false;
  });
  return isEnd ? place.end() : undefined;
}

const children = (content: Fragment): ProseNode[] =>
  Array.from({ length: content.childCount }, (_, index) => content.child(index));

/** Puts blocks behind the line of a place. */
function insertAfter({ out }: Rewrite, line: number, blocks: readonly ProseNode[], trace: Trace): void {
  if (blocks.length === 0) return;
  const after = out.doc.resolve(line).after();
  out.insert(after, asInserted(Fragment.from(blocks), trace));
}

/** Blocks at the end of a line: its last words, then blocks of their own. Answers where the cursor goes. */
function atEnd(rewrite: Rewrite, end: number, slice: Slice, trace: Trace): void {
  const blocks = children(slice.content);
  const first = slice.openStart > 0 ? blocks.shift() : undefined;
  insertAfter(rewrite, end, blocks, trace);
  if (first && first.content.size > 0) rewrite.out.insert(end, asCharacters(first.content, trace));
}

/** Blocks into the middle of a line: as characters with signs; what cannot be one comes behind the line. */
function inMiddle(rewrite: Rewrite, at: number, slice: Slice, trace: Trace): void {
  const { out } = rewrite;
  const host = out.doc.resolve(at).parent;
  const { schema } = host.type;
  const blocks = children(slice.content);
  const lines = blocks.filter((block) => block.isTextblock);
  const others = blocks.filter((block) => !block.isTextblock);
  const made: ProseNode[] = [];
  lines.forEach((line, index) => {
    if (index > 0 || slice.openStart === 0) made.push(sign(schema, kindOf(line), trace));
    made.push(...asCharacters(line.content, trace));
  });
  if (lines.length > 0 && slice.openEnd === 0) made.push(sign(schema, kindToBe(host), trace));
  insertAfter(rewrite, at, others, trace);
  if (made.length > 0) out.insert(at, made);
}

/** A division as it reads: what was divided may be of another kind than the node it stands in. */
function divisionAt(doc: ProseNode, at: number, slice: Slice): Slice {
  const host = doc.resolve(at).parent;
  const last = slice.content.lastChild;
  if (!last || kindOf(last) !== kindOf(host)) return slice;
  const { kind } = headAt(doc, at);
  return new Slice(
    slice.content.replaceChild(1, lineOf(host, isLineEnd(doc, at) ? kindBeside(kind) : kind)),
    slice.openStart,
    slice.openEnd,
  );
}

function lineOf({ type: { schema } }: ProseNode, kind: string): ProseNode {
  const { type, attrs } = nodeOfKind(schema, kind);
  return schema.node(type, attrs);
}

/** An empty line before the one of a place. */
function before({ out }: Rewrite, at: number, trace: Trace): void {
  const { kind, block, sign: signAt } = headAt(out.doc, at);
  const host = out.doc.resolve(at).parent;
  const beside = kindBeside(kind);
  if (signAt === undefined) out.insert(block, asInserted(Fragment.from(lineOf(host, beside)), trace));
  else out.insert(signAt, sign(host.type.schema, beside, trace));
}

function intoLine(rewrite: Rewrite, at: number, slice: Slice): void {
  const { out, by } = rewrite;
  const place = out.doc.resolve(at);
  const trace = traceAt(rewrite, at);
  if (isOwnLine(place.parent, by)) {
    out.replace(at, at, asInsertedSlice(slice, trace));
    return;
  }
  const inline = inlineOf(slice);
  const end = endOf(place);
  if (inline) out.insert(at, asCharacters(inline, trace));
  else if (!isDivision(slice)) {
    if (end === undefined) inMiddle(rewrite, at, slice, trace);
    else atEnd(rewrite, end, slice, trace);
  } else if (end !== undefined) atEnd(rewrite, end, divisionAt(out.doc, at, slice), trace);
  else if (isLineStart(out.doc, at)) before(rewrite, at, trace);
  else inMiddle(rewrite, at, divisionAt(out.doc, at, slice), trace);
}

/** Between blocks: what is open at its start goes on in the line before `from`. */
function betweenBlocks(rewrite: Rewrite, from: number, at: number, slice: Slice): void {
  const { out, by } = rewrite;
  const blocks = children(slice.content);
  const first = slice.openStart > 0 ? blocks.shift() : undefined;
  const isEmptyEnd = slice.openEnd > 0 && blocks.at(-1)?.content.size === 0;
  if (isEmptyEnd) blocks.pop();
  if (blocks.length > 0) out.insert(at, asInserted(Fragment.fromArray(blocks), by));
  const place = out.doc.resolve(from);
  if (first && first.content.size > 0 && place.parent.isTextblock) {
    out.insert(place.end(), asCharacters(first.content, by));
  }
}

/** Puts a slice at `at` as a suggestion; `from` is where what it replaces begins. */
export function insertSlice(rewrite: Rewrite, from: number, at: number, slice: Slice): void {
  if (slice.size === 0) return;
  const clean = new Slice(withoutTraces(slice.content), slice.openStart, slice.openEnd);
  if (rewrite.out.doc.resolve(at).parent.isTextblock) intoLine(rewrite, at, clean);
  else betweenBlocks(rewrite, from, at, clean);
}

/** Whole blocks before a line, and words into it at `at`. */
export function insertBefore(rewrite: Rewrite, line: number, at: number, slice: Slice): void {
  const { out, by } = rewrite;
  const blocks = children(withoutTraces(slice.content));
  const last = blocks.pop();
  if (last && last.content.size > 0) out.insert(at, asCharacters(last.content, by));
  if (blocks.length > 0) out.insert(line, asInserted(Fragment.from(blocks), by));
}
