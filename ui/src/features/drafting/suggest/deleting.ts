// Suggests that something goes: it stays where it is and is marked.
import type { Node as ProseNode } from '@tiptap/pm/model';
import { isBy, type Rewrite } from './own';
import { markTrace, type Trace } from './trace';

/** The trace a deletion goes on with: of one's own beside it, or the new one. */
function deletionAt({ out, by }: Rewrite, from: number, to: number): Trace {
  const beside = [out.doc.resolve(from).nodeBefore, out.doc.resolve(to).nodeAfter];
  for (const node of beside) {
    const trace = node?.isInline ? markTrace(node, 'deleted') : undefined;
    if (trace && isBy(trace, by)) return trace;
  }
  return by;
}

const has = (node: ProseNode, name: string): boolean => name in node.attrs;

/** Marks everything between two places as going. Moves nothing: every place stays what it is. */
export function markDeleted(rewrite: Rewrite, from: number, to: number): void {
  const { out } = rewrite;
  const trace = { ...deletionAt(rewrite, from, to) };
  const { deleted } = out.doc.type.schema.marks;
  const set = (pos: number, node: ProseNode, name: string): void => {
    if (has(node, name) && node.attrs[name] === null) out.setNodeAttribute(pos, name, trace);
  };
  out.doc.nodesBetween(from, to, (node, pos, _parent, index) => {
    if (node.isText) {
      const end = Math.min(to, pos + node.nodeSize);
      if (deleted && !markTrace(node, 'deleted'))
        out.addMark(Math.max(from, pos), end, deleted.create(trace));
      return false;
    }
    if (node.isInline) {
      set(pos, node, 'deleted');
      return false;
    }
    const isWhole = pos >= from && pos + node.nodeSize <= to;
    if (isWhole) set(pos, node, 'deleted');
    else if (pos >= from && node.isTextblock && index > 0) set(pos, node, 'joined');
    return !(isWhole && has(node, 'deleted') && !node.isTextblock);
  });
}
