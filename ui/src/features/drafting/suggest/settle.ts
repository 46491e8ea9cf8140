// Accepts or rejects suggestions: what was marked is done, or taken back. crates/draft/src/settle.rs does the same to the
// Yjs document; both are tested on the same texts.
import { Slice, type Node as ProseNode } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import { ReplaceStep } from '@tiptap/pm/transform';
import {
  attributeTrace,
  markTrace,
  nodeOfKind,
  splitOf,
  TRACE_ATTRIBUTES,
  traceOf,
  type Trace,
  type TraceAttribute,
} from './trace';

/** Which suggestions: one, those of a person, or all. */
export type Choice = { id: string } | { author: string } | 'all';

const isChosen = (choice: Choice, trace: Trace | undefined): trace is Trace => {
  if (!trace) return false;
  if (choice === 'all') return true;
  return 'id' in choice ? trace.id === choice.id : trace.author === choice.author;
};

interface Settling {
  readonly tr: Transaction;
  readonly choice: Choice;
  readonly take: boolean;
}

/** Nodes of a document that `wanted` names, the last one first, by place. */
function placesOf(doc: ProseNode, wanted: (node: ProseNode) => boolean): number[] {
  const found: number[] = [];
  doc.descendants((node, pos) => {
    if (wanted(node)) found.push(pos);
    return !node.isTextblock;
  });
  return found.reverse();
}

function clear({ tr }: Settling, pos: number, name: TraceAttribute): void {
  tr.setNodeAttribute(pos, name, null);
}

/** A break that was accepted: the real one, with what others suggest about it. */
function makeBreak({ tr }: Settling, at: number, sign: ProseNode, to: string): void {
  const deleted = markTrace(sign, 'deleted') ?? null;
  const place = tr.doc.resolve(at);
  const line = place.parent;
  const { schema } = line.type;
  if (to === 'line') {
    const made = schema.nodes.hardBreak?.create({ deleted });
    if (made) tr.replaceWith(at, at + 1, made);
    return;
  }
  const { type, attrs } = nodeOfKind(schema, to);
  const nodeType = schema.nodes[type];
  if (!nodeType) return;
  const traces = { inserted: line.attrs.inserted as unknown, deleted: line.attrs.deleted as unknown };
  tr.delete(at, at + 1);
  tr.split(at, 1, [{ type: nodeType, attrs: { ...attrs, ...traces, joined: deleted } }]);
}

function settlePiece(settling: Settling, pos: number, node: ProseNode): void {
  const { tr, choice, take } = settling;
  const isInserted = isChosen(choice, markTrace(node, 'inserted'));
  const isDeleted = isChosen(choice, markTrace(node, 'deleted'));
  const end = pos + node.nodeSize;
  if ((isInserted && !take) || (isDeleted && take)) {
    tr.step(new ReplaceStep(pos, end, Slice.empty));
    return;
  }
  const { inserted, deleted } = node.type.schema.marks;
  if (!node.isText) {
    if (isInserted) clear(settling, pos, 'inserted');
    if (isDeleted) clear(settling, pos, 'deleted');
    return;
  }
  if (isDeleted && deleted) tr.removeMark(pos, end, deleted);
  if (!isInserted || !inserted) return;
  const to = splitOf(node);
  if (to === undefined) tr.removeMark(pos, end, inserted);
  else for (let at = end - 1; at >= pos; at -= 1) makeBreak(settling, at, node, to);
}

function settleLine(settling: Settling, pos: number): void {
  const line = settling.tr.doc.nodeAt(pos);
  const pieces: [number, ProseNode][] = [];
  line?.forEach((node, offset) => pieces.push([pos + 1 + offset, node]));
  for (const [at, node] of pieces.reverse()) settlePiece(settling, at, node);
}

/** Takes a block away; the only one of its parent becomes an empty line. */
function remove({ tr }: Settling, pos: number): void {
  const place = tr.doc.resolve(pos);
  const node = tr.doc.nodeAt(pos);
  const paragraph = tr.doc.type.schema.nodes.paragraph;
  if (!node || !paragraph) return;
  if (place.parent.childCount > 1) tr.step(new ReplaceStep(pos, pos + node.nodeSize, Slice.empty));
  else tr.replaceWith(pos, pos + node.nodeSize, paragraph.create());
}

/** Joins a line to the line before it; `false` where there is none. */
function joinBack({ tr }: Settling, pos: number): boolean {
  const before = tr.doc.resolve(pos).nodeBefore;
  if (!before?.isTextblock) return false;
  tr.join(pos);
  return true;
}

function settleBlock(settling: Settling, pos: number): void {
  const { tr, choice, take } = settling;
  const node = tr.doc.nodeAt(pos);
  if (!node) return;
  const isEmpty = !node.isTextblock || node.content.size === 0;
  if (isChosen(choice, attributeTrace(node, 'deleted'))) {
    if (take && isEmpty) return remove(settling, pos);
    clear(settling, pos, 'deleted');
  }
  if (isChosen(choice, attributeTrace(node, 'inserted'))) {
    if (!take && isEmpty) return remove(settling, pos);
    if (!take && joinBack(settling, pos)) return;
    // What others wrote in it stays as theirs, and goes with theirs.
    const theirs = take ? undefined : node.firstChild && markTrace(node.firstChild, 'inserted');
    tr.setNodeAttribute(pos, 'inserted', theirs ?? null);
  }
  const becomes: unknown = node.attrs.becomes;
  if (!isChosen(choice, traceOf(becomes))) return;
  clear(settling, pos, 'becomes');
  if (!take) return;
  const now = tr.doc.nodeAt(pos);
  const to = typeof becomes === 'object' && becomes !== null && 'to' in becomes ? becomes.to : '';
  const { type, attrs } = nodeOfKind(node.type.schema, String(to));
  const traces = Object.fromEntries(
    TRACE_ATTRIBUTES.filter((name) => name !== 'becomes').map((name) => [name, now?.attrs[name] as unknown]),
  );
  tr.setNodeMarkup(pos, node.type.schema.nodes[type], { ...attrs, ...traces });
}

function settleJoint(settling: Settling, pos: number): void {
  if (!settling.take || !joinBack(settling, pos)) clear(settling, pos, 'joined');
}

/** Accepts (`take`) or rejects what is chosen, as steps of `tr`. */
export function settle(tr: Transaction, choice: Choice, take: boolean): Transaction {
  const settling: Settling = { tr, choice, take };
  for (const pos of placesOf(tr.doc, (node) => node.isTextblock)) settleLine(settling, pos);
  const isBlock = (node: ProseNode): boolean =>
    (['inserted', 'deleted', 'becomes'] as const).some((name) =>
      isChosen(choice, attributeTrace(node, name)),
    );
  for (const pos of placesOf(tr.doc, isBlock)) settleBlock(settling, pos);
  const isJoint = (node: ProseNode): boolean => isChosen(choice, attributeTrace(node, 'joined'));
  for (const pos of placesOf(tr.doc, isJoint)) settleJoint(settling, pos);
  return tr;
}
