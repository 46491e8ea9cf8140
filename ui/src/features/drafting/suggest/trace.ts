// A trace: who suggested something, when, and which suggestion it belongs to. And the kinds a line of text can have,
// as one word each. The same words stand in the draft's Yjs document and are read by crates/draft.
import type { Mark, Node as ProseNode, Schema } from '@tiptap/pm/model';

export interface Trace {
  /** Of the suggestion: what was done in one act, or typed on in one stretch. */
  readonly id: string;
  /** Id of the person. */
  readonly author: string;
  readonly name: string;
  /** When it began, an instant in UTC. */
  readonly at: string;
}

/** The marks that make a suggestion of text. */
export const TRACE_MARKS = ['inserted', 'deleted', 'split'] as const;
/** The attributes that make a suggestion of a node. */
export const TRACE_ATTRIBUTES = ['inserted', 'deleted', 'joined', 'becomes'] as const;
export type TraceAttribute = (typeof TRACE_ATTRIBUTES)[number];

/** Stands in the text where a paragraph is to end; only with the mark `split`. */
export const PARAGRAPH_SIGN = '¶';
/** Stands in the text where a line is to end; only with the mark `split` to `line`. */
export const LINE_SIGN = '↵';

const isText = (value: unknown): value is string => typeof value === 'string';

/** The trace in a value of an attribute; `undefined` where there is none. */
export function traceOf(value: unknown): Trace | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, author, name, at } = value as Record<string, unknown>;
  return isText(id) && isText(author) && isText(name) && isText(at) ? { id, author, name, at } : undefined;
}

/** The trace of a mark that a piece of text has. */
export function markTrace(node: ProseNode, name: 'inserted' | 'deleted'): Trace | undefined {
  if (!node.isText) return traceOf(node.attrs[name]);
  return traceOf(node.marks.find((mark) => mark.type.name === name)?.attrs);
}

/** The trace of a node's attribute. */
export const attributeTrace = (node: ProseNode, name: TraceAttribute): Trace | undefined =>
  traceOf(node.attrs[name]);

/** What a break that is suggested makes of the text behind it: `line`, or the kind of the new paragraph. */
export function splitOf(node: ProseNode): string | undefined {
  const to: unknown = node.marks.find((mark) => mark.type.name === 'split')?.attrs.to;
  return isText(to) ? to : undefined;
}

export const isLook = (mark: Mark): boolean => !TRACE_MARKS.some((name) => name === mark.type.name);

/** Whether a piece of text or a break goes when everything is accepted. */
export const isGone = (node: ProseNode): boolean => markTrace(node, 'deleted') !== undefined;

/** The kind of a line of text as one word: `paragraph`, `left`, `heading2`, `plain2` (no number), `centered`. */
export function kindOf(node: ProseNode): string {
  if (node.type.name === 'heading') {
    return `${node.attrs.unnumbered === true ? 'plain' : 'heading'}${Number(node.attrs.level)}`;
  }
  if (node.type.name === 'centered') return 'centered';
  return isText(node.attrs.textAlign) ? node.attrs.textAlign : 'paragraph';
}

/** The kind a line of text has once its suggestion is accepted. */
export function kindToBe(node: ProseNode): string {
  const becomes: unknown = node.attrs.becomes;
  const to = traceOf(becomes) ? (becomes as { to?: unknown }).to : undefined;
  return isText(to) ? to : kindOf(node);
}

/** The type and attributes of a kind; a word that nobody knows is an ordinary paragraph. */
export function nodeOfKind(schema: Schema, kind: string): { type: string; attrs: Record<string, unknown> } {
  const heading = /^(heading|plain)([1-4])$/.exec(kind);
  if (heading) {
    return { type: 'heading', attrs: { level: Number(heading[2]), unnumbered: heading[1] === 'plain' } };
  }
  if (kind === 'centered' && schema.nodes.centered) return { type: 'centered', attrs: {} };
  const textAlign = ['left', 'center', 'right'].includes(kind) ? kind : null;
  return { type: 'paragraph', attrs: { textAlign } };
}

/** The traces that a node has, without its kind. */
export const tracesOf = (node: ProseNode): Record<string, unknown> =>
  Object.fromEntries(
    TRACE_ATTRIBUTES.filter((name) => name in node.attrs && node.attrs[name] !== null).map((name) => [
      name,
      node.attrs[name],
    ]),
  );
