// The blocks and marks of a body: exactly the schema that the draft's Yjs document is written in.
// Names are the XML element names there; looks belong to editor.css.
import { Mark, Node, mergeAttributes, type Extensions } from '@tiptap/core';
import { safeImageSource } from '@/features/drafting/paste/images';
import { suggestMarks, traceAttributes } from '@/features/drafting/suggest/schema';
import { tableNodes } from './tableNodes';

const Document = Node.create({ name: 'doc', topNode: true, content: 'block+' });
const Text = Node.create({ name: 'text', group: 'inline' });

const ALIGNMENTS = ['left', 'center', 'right'];

const alignmentOf = (element: HTMLElement): string | null => {
  const value = element.dataset.align ?? '';
  return ALIGNMENTS.includes(value) ? value : null;
};

/** What may be suggested of a line of text as a whole. */
const lineTraces = () => traceAttributes('inserted', 'deleted', 'joined', 'becomes');

const Paragraph = Node.create({
  name: 'paragraph',
  group: 'block',
  content: 'inline*',
  priority: 1000,
  addAttributes: () => ({
    textAlign: {
      default: null,
      parseHTML: alignmentOf,
      renderHTML: ({ textAlign }: { textAlign: string | null }) =>
        textAlign ? { 'data-align': textAlign } : {},
    },
    ...lineTraces(),
  }),
  parseHTML: () => [{ tag: 'p' }],
  renderHTML: ({ HTMLAttributes }) => ['p', HTMLAttributes, 0],
});

/** A level of the standard: 1 to 4. */
export const clampLevel = (level: number): number => Math.min(4, Math.max(1, Math.round(level) || 1));

const Heading = Node.create({
  name: 'heading',
  group: 'block',
  content: 'inline*',
  defining: true,
  addAttributes: () => ({
    level: {
      default: 1,
      parseHTML: (element: HTMLElement) => clampLevel(Number(element.tagName.slice(1)) - 1),
      rendered: false,
    },
    unnumbered: {
      default: false,
      parseHTML: (element: HTMLElement) => element.dataset.unnumbered === 'true',
      renderHTML: ({ unnumbered }: { unnumbered: boolean }) =>
        unnumbered ? { 'data-unnumbered': 'true' } : {},
    },
    ...lineTraces(),
  }),
  parseHTML: () => ['h2', 'h3', 'h4', 'h5'].map((tag) => ({ tag })),
  // The screen's own heading is the first level: those of the body come below it.
  renderHTML: ({ node, HTMLAttributes }) => [
    `h${clampLevel(Number(node.attrs.level)) + 1}`,
    HTMLAttributes,
    0,
  ],
});

const Centered = Node.create({
  name: 'centered',
  group: 'block',
  content: 'inline*',
  addAttributes: lineTraces,
  // Before the ordinary paragraph, which any p would be.
  parseHTML: () => [{ tag: 'p[data-centered]', priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ['p', mergeAttributes(HTMLAttributes, { 'data-centered': 'true' }), 0],
});

/** Width of 版心 in tenths of a millimetre: the widest an image can be. */
export const MAX_IMAGE_TENTH_MM = 1560;

const Image = Node.create({
  name: 'image',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes: () => ({
    src: {
      default: '',
      parseHTML: (element: HTMLElement) => safeImageSource(element.getAttribute('src') ?? '') ?? '',
    },
    widthTenthMm: {
      default: 1000,
      parseHTML: (element: HTMLElement) =>
        Math.min(MAX_IMAGE_TENTH_MM, Math.max(50, Math.round(Number(element.dataset.widthTenthMm)) || 1000)),
      renderHTML: ({ widthTenthMm }: { widthTenthMm: number }) => ({ 'data-width-tenth-mm': widthTenthMm }),
    },
    alt: { default: '' },
    ...traceAttributes('inserted', 'deleted'),
  }),
  parseHTML: () => [
    {
      tag: 'img[src]',
      getAttrs: (element) => (safeImageSource(element.getAttribute('src') ?? '') ? null : false),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ['img', HTMLAttributes],
});

const PageBreak = Node.create({
  name: 'pageBreak',
  group: 'block',
  atom: true,
  addAttributes: () => traceAttributes('inserted', 'deleted'),
  parseHTML: () => [{ tag: 'hr' }],
  renderHTML: ({ HTMLAttributes }) => ['hr', HTMLAttributes],
});

const HardBreak = Node.create({
  name: 'hardBreak',
  group: 'inline',
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  addAttributes: () => traceAttributes('inserted', 'deleted'),
  parseHTML: () => [{ tag: 'br' }],
  renderHTML: ({ HTMLAttributes }) => ['br', HTMLAttributes],
  renderText: () => '\n',
});

const mark = (name: string, tag: string, parse: string[], excludes?: string) =>
  Mark.create({
    name,
    ...(excludes ? { excludes: `${name} ${excludes}` } : {}),
    parseHTML: () => parse.map((selector) => ({ tag: selector })),
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

const RunIn = Mark.create({
  name: 'runIn',
  parseHTML: () => [{ tag: 'span[data-run-in]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', mergeAttributes(HTMLAttributes, { 'data-run-in': 'true' }), 0],
});

/** Everything a body may hold. */
export const schemaExtensions: Extensions = [
  Document,
  Text,
  Paragraph,
  Heading,
  Centered,
  ...tableNodes,
  Image,
  PageBreak,
  HardBreak,
  mark('bold', 'strong', ['strong', 'b']),
  mark('underline', 'u', ['u']),
  mark('superscript', 'sup', ['sup'], 'subscript'),
  mark('subscript', 'sub', ['sub'], 'superscript'),
  RunIn,
  ...suggestMarks,
];
