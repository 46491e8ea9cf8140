// Numbers of headings: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3). They are never stored: they follow from the
// order, here exactly as in the typesetter.
import { Extension } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { kindToBe } from '@/features/drafting/suggest/trace';
import { clampLevel } from './nodes';

const DIGITS = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS = [
  [1000, '千'],
  [100, '百'],
  [10, '十'],
  [1, ''],
] as const;

/** A whole number below 10,000 in small Chinese numerals: 十二, 一百零五. */
export function chineseNumeral(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n >= 10_000) return String(n);
  if (n === 0) return '零';
  let text = '';
  let gap = false;
  for (const [unit, name] of UNITS) {
    const digit = Math.floor(n / unit) % 10;
    if (digit === 0) {
      gap = text !== '';
      continue;
    }
    if (gap) text += '零';
    gap = false;
    if (!(digit === 1 && unit === 10 && text === '')) text += DIGITS[digit] ?? '';
    text += name;
  }
  return text;
}

/** The printed number of the `n`th heading of a level. */
function headingNumber(level: number, n: number): string {
  switch (level) {
    case 1:
      return `${chineseNumeral(n)}、`;
    case 2:
      return `（${chineseNumeral(n)}）`;
    case 3:
      return `${n}.`;
    default:
      return `（${n}）`;
  }
}

/** Counts headings in order; deeper counts restart. */
export function createCounter(): (level: number) => string {
  const counts = [0, 0, 0, 0];
  return (level) => {
    const at = clampLevel(level) - 1;
    counts[at] = (counts[at] ?? 0) + 1;
    counts.fill(0, at + 1);
    return headingNumber(at + 1, counts[at] ?? 1);
  };
}

/** The number of each numbered heading among the top blocks, by position. */
export function headingNumbers(doc: ProseNode): Map<number, string> {
  const next = createCounter();
  const numbers = new Map<number, string>();
  doc.forEach((node, offset) => {
    const level = /^heading([1-4])$/.exec(node.isTextblock ? kindToBe(node) : '')?.[1];
    if (level !== undefined && node.attrs.deleted === null) numbers.set(offset, next(Number(level)));
  });
  return numbers;
}

function decorations(doc: ProseNode): DecorationSet {
  const made = [...headingNumbers(doc)].map(([offset, number]) => {
    const size = doc.nodeAt(offset)?.nodeSize ?? 0;
    return Decoration.node(offset, offset + size, { 'data-number': number });
  });
  return DecorationSet.create(doc, made);
}

/** Shows the numbers before the headings (editor.css draws `data-number`). */
export const HeadingNumbers = Extension.create({
  name: 'headingNumbers',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: new PluginKey('headingNumbers'),
      state: {
        init: (_, state) => decorations(state.doc),
        apply: (transaction, shown) => (transaction.docChanged ? decorations(transaction.doc) : shown),
      },
      props: {
        decorations(state) {
          return this.getState(state);
        },
      },
    }),
  ],
});
