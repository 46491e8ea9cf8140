// Suggests another shape of a table: the old one goes as a whole, the new one comes behind it. Rows, columns, merged
// cells, caption and head are not suggested one by one. Widths of columns are a matter of looks and simply changed.
import { Fragment, type Node as ProseNode } from '@tiptap/pm/model';
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state';
import { AttrStep, ReplaceAroundStep, ReplaceStep, type Step } from '@tiptap/pm/transform';
import { asInserted, isBy, withoutTraces, type Rewrite } from './own';
import { attributeTrace, type Trace } from './trace';

const FRAMES = ['table', 'tableRow'];
const PARTS = [...FRAMES, 'tableCell', 'tableHeader'];

/** Whether a step changes a table and not only what is written in a cell. */
function changesShape(step: Step, doc: ProseNode): boolean {
  if (step instanceof ReplaceStep) {
    const from = doc.resolve(step.from);
    return FRAMES.includes(from.node(from.sharedDepth(step.to)).type.name);
  }
  if (step instanceof ReplaceAroundStep) return PARTS.includes(doc.nodeAt(step.from)?.type.name ?? '');
  if (step instanceof AttrStep) return PARTS.includes(doc.nodeAt(step.pos)?.type.name ?? '');
  return false;
}

const shapeOf = (table: ProseNode): string =>
  JSON.stringify(table.toJSON(), (key, value: unknown) => (key === 'colwidth' ? undefined : value));

/** A transaction that changes the shape of a table, as a suggestion; `undefined` where none is changed. */
export function suggestTable(
  transaction: Transaction,
  state: EditorState,
  by: Trace,
): Transaction | undefined {
  if (!transaction.steps.some((step, index) => changesShape(step, transaction.docs[index] ?? state.doc)))
    return undefined;
  const rewrite: Rewrite = { out: state.tr, by };
  const { out } = rewrite;
  let isOfWidths = true;
  state.doc.forEach((old, pos) => {
    if (old.type.name !== 'table') return;
    const at = transaction.mapping.map(pos, -1);
    const now = transaction.doc.nodeAt(at);
    if (!now || now.type !== old.type || now.eq(old)) return;
    if (shapeOf(now) === shapeOf(old)) return;
    isOfWidths = false;
    const place = out.mapping.map(pos);
    const own = attributeTrace(old, 'inserted');
    const isOwn = own !== undefined && isBy(own, by);
    const made = asInserted(withoutTraces(Fragment.from(now)), isOwn ? own : by);
    if (isOwn) out.replaceWith(place, place + old.nodeSize, made);
    else {
      if (old.attrs.deleted === null) out.setNodeAttribute(place, 'deleted', { ...by });
      out.insert(place + old.nodeSize, made);
    }
    const begin = isOwn ? place : place + old.nodeSize;
    const inside = transaction.selection.head - at;
    if (inside > 0 && inside < now.nodeSize) {
      out.setSelection(TextSelection.near(out.doc.resolve(Math.min(begin + inside, out.doc.content.size))));
    }
  });
  return isOfWidths ? transaction : out;
}
