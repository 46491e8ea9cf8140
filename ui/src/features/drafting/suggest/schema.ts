// How suggestions stand in the schema of a body: marks on text, attributes on nodes. What they look like is suggest.css.
import { Mark, type Attributes } from '@tiptap/core';
import { fullTime } from '@/format/time';
import { colourOf } from '@/features/drafting/together/cursors';
import { traceOf, type TraceAttribute } from './trace';

const said = (value: unknown): string => {
  const trace = traceOf(value);
  return trace ? `${trace.name} ${fullTime(trace.at)}` : '';
};

const drawn = (value: unknown, kind: string): Record<string, string> => {
  const trace = traceOf(value);
  if (!trace) return {};
  return {
    class: `trace ${kind} person-${colourOf(trace.author)}`,
    'data-trace': trace.id,
    title: said(trace),
  };
};

/** Attributes of a node that may be suggested: none of them ever comes from pasted HTML. */
export function traceAttributes(...names: TraceAttribute[]): Attributes {
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        default: null,
        keepOnSplit: false,
        parseHTML: () => null,
        renderHTML: (attributes: Record<string, unknown>): Record<string, string> => {
          const value = attributes[name];
          const to: unknown =
            typeof value === 'object' && value !== null && 'to' in value ? value.to : undefined;
          return {
            ...drawn(value, `block-${name}`),
            ...(traceOf(value) && typeof to === 'string' ? { 'data-becomes': to } : {}),
          };
        },
      },
    ]),
  );
}

const fields = { id: { default: '' }, author: { default: '' }, name: { default: '' }, at: { default: '' } };

const traced = (name: string, tag: string, inclusive: boolean) =>
  Mark.create({
    name,
    inclusive,
    addAttributes: () =>
      Object.fromEntries(
        Object.entries(fields).map(([field, value]) => [field, { ...value, rendered: false }]),
      ),
    renderHTML: ({ mark }) => [tag, drawn(mark.attrs, name), 0],
  });

const Split = Mark.create({
  name: 'split',
  inclusive: false,
  addAttributes: () => ({ to: { default: 'paragraph', rendered: false } }),
  renderHTML: ({ mark }) => [
    'span',
    { class: 'trace-split', 'data-to': mark.attrs.to === 'line' ? 'line' : 'paragraph' },
    0,
  ],
});

/** What came, what went, and where a paragraph is to end. */
export const suggestMarks = [traced('inserted', 'ins', true), traced('deleted', 'del', false), Split];
