// Lines as they read once everything is accepted: joined ones run on, signs divide. Where one begins and ends, and what
// makes its kind.
import type { Node as ProseNode } from '@tiptap/pm/model';
import { isGone, kindToBe, splitOf } from './trace';

/** A block that is no more once everything is accepted. */
const isOver = (node: ProseNode): boolean =>
  node.attrs.deleted !== null &&
  node.attrs.deleted !== undefined &&
  (!node.isTextblock || node.content.content.every(isGone));

/** A block of text in its parent. */
interface Spot {
  readonly parent: ProseNode;
  readonly index: number;
  readonly pos: number;
}

function spotAt(doc: ProseNode, at: number): Spot {
  const place = doc.resolve(at);
  return { parent: place.node(place.depth - 1), index: place.index(place.depth - 1), pos: place.before() };
}

/** The line that a joined one goes on from. */
function lineBefore({ parent, index, pos }: Spot): Spot | undefined {
  if (parent.child(index).attrs.joined === null) return undefined;
  let at = pos;
  for (let before = index - 1; before >= 0; before -= 1) {
    const node = parent.child(before);
    at -= node.nodeSize;
    if (!isOver(node)) return node.isTextblock ? { parent, index: before, pos: at } : undefined;
  }
  return undefined;
}

/** The joined line that goes on from one. */
function lineAfter({ parent, index, pos }: Spot): Spot | undefined {
  let at = pos + parent.child(index).nodeSize;
  for (let after = index + 1; after < parent.childCount; after += 1) {
    const node = parent.child(after);
    if (!isOver(node))
      return node.isTextblock && node.attrs.joined !== null ? { parent, index: after, pos: at } : undefined;
    at += node.nodeSize;
  }
  return undefined;
}

/** What stands in a block of text, with its places. */
function piecesOf({ parent, index, pos }: Spot): { node: ProseNode; from: number; to: number }[] {
  const found: { node: ProseNode; from: number; to: number }[] = [];
  parent.child(index).forEach((node, offset) => {
    if (!isGone(node)) found.push({ node, from: pos + 1 + offset, to: pos + 1 + offset + node.nodeSize });
  });
  return found;
}

const isSign = (node: ProseNode): boolean => ![undefined, 'line'].includes(splitOf(node));

/** What makes the kind of a line: the sign before it, or its block. */
export interface Head {
  readonly kind: string;
  readonly block: number;
  /** Place of the sign, if it is one. */
  readonly sign?: number;
}

export function headAt(doc: ProseNode, at: number): Head {
  let spot = spotAt(doc, at);
  for (;;) {
    const signs = piecesOf(spot).filter(({ node, from }) => isSign(node) && from < at);
    const last = signs.at(-1);
    if (last) {
      const sign = Math.min(last.to, at) - 1;
      return { kind: splitOf(last.node) ?? 'paragraph', block: spot.pos, sign };
    }
    const before = lineBefore(spot);
    if (!before) return { kind: kindToBe(spot.parent.child(spot.index)), block: spot.pos };
    spot = before;
  }
}

/** Whether nothing of its line stands behind a place. */
export function isLineEnd(doc: ProseNode, at: number): boolean {
  let spot: Spot | undefined = spotAt(doc, at);
  while (spot) {
    const next = piecesOf(spot).find(({ to }) => to > at);
    if (next) return isSign(next.node);
    spot = lineAfter(spot);
  }
  return true;
}

/** Whether nothing of its line stands before a place. */
export function isLineStart(doc: ProseNode, at: number): boolean {
  let spot: Spot | undefined = spotAt(doc, at);
  while (spot) {
    const last = piecesOf(spot)
      .filter(({ from }) => from < at)
      .at(-1);
    if (last) return isSign(last.node);
    spot = lineBefore(spot);
  }
  return true;
}

/** The kind that Enter at the end of a line gives the next one, and at its start the empty one before it. */
export const kindBeside = (kind: string): string =>
  /^(heading|plain|centered)/.test(kind) ? 'paragraph' : kind;
