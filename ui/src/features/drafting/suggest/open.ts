// How many suggestions a whole draft has open, in all of its bodies, without an editor.
import * as Y from 'yjs';
import {
  attachmentRoot,
  attachmentsOf,
  fragmentOf,
  issuedOf,
  type BodyRoot,
} from '@/features/drafting/session/roots';
import { TRACE_ATTRIBUTES, traceOf } from './trace';

function gather(node: Y.XmlElement | Y.XmlText | Y.XmlHook, ids: Set<string>): void {
  const note = (value: unknown): void => {
    const trace = traceOf(value);
    if (trace) ids.add(trace.id);
  };
  if (node instanceof Y.XmlText) {
    for (const { attributes } of node.toDelta() as { attributes?: Record<string, unknown> }[]) {
      note(attributes?.inserted);
      note(attributes?.deleted);
    }
    return;
  }
  if (!(node instanceof Y.XmlElement)) return;
  const attributes: Record<string, unknown> = node.getAttributes();
  for (const name of TRACE_ATTRIBUTES) note(attributes[name]);
  for (const child of node.toArray()) gather(child, ids);
}

export function countOpen(doc: Y.Doc): number {
  const roots: BodyRoot[] = ['body'];
  const bodies = (owner: 'document' | 'issued'): BodyRoot[] =>
    attachmentsOf(doc, owner)
      .toArray()
      .map((entry) => attachmentRoot(owner, String(entry.get('id'))));
  roots.push(...bodies('document'));
  if (issuedOf(doc).get('present') === true) roots.push('issued:body', ...bodies('issued'));
  const ids = new Set<string>();
  for (const root of roots) for (const node of fragmentOf(doc, root).toArray()) gather(node, ids);
  return ids.size;
}
