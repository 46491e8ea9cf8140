// Text with tabs, pasted into a table, fills its cells from the cursor on, as a spreadsheet does. The cells stay what
// they are: header cells, merged ones, widths.
import { Fragment, type Node as ProseNode } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { isInTable, selectedRect, TableMap, type TableRect } from '@tiptap/pm/tables';
import type { EditorView } from '@tiptap/pm/view';
import { fromPlain } from '@/features/drafting/paste/lines';
import { LIMITS } from '@/features/drafting/paste/model';

/** A cell with a line break in it comes in quotes, its own quotes doubled. */
const CELL = /"((?:[^"]|"")*)"(?=[\t\n]|$)|[^\t\n]*/y;

/** Rows of cells; `undefined` for text that is no table. */
function cellsOf(text: string): string[][] | undefined {
  const plain = fromPlain(text).replace(/\n+$/, '');
  if (!plain.includes('\t')) return undefined;
  const rows: string[][] = [[]];
  let at = 0;
  while (at <= plain.length) {
    CELL.lastIndex = at;
    const found = CELL.exec(plain);
    const quoted = found?.[1];
    const isOfLines = quoted?.includes('\n') === true;
    const length = isOfLines ? (found?.[0].length ?? 0) : plain.slice(at).search(/[\t\n]|$/);
    const words = isOfLines ? quoted.replaceAll('""', '"') : plain.slice(at, at + length);
    rows.at(-1)?.push(words.trim());
    at += length;
    if (plain[at] === '\n') rows.push([]);
    at += 1;
  }
  return rows.slice(0, LIMITS.rows).map((row) => row.slice(0, LIMITS.columns));
}

/** The rows of a table, with `rows` of words in it from this place on; it grows where they end. */
function filledRows({ table, map, top, left }: TableRect, rows: readonly string[][]): ProseNode[] {
  const { paragraph, tableRow, tableCell, tableHeader } = table.type.schema.nodes;
  if (!paragraph || !tableRow || !tableCell || !tableHeader) return [];
  const width = Math.min(
    Math.max(map.width, LIMITS.columns),
    Math.max(map.width, left + Math.max(...rows.map((row) => row.length))),
  );
  const lines = (words: string): ProseNode[] =>
    words.split('\n').map((line) => paragraph.create(null, line ? table.type.schema.text(line) : null));
  const wordsAt = (row: number, column: number): string | undefined => rows[row - top]?.[column - left];
  const made: ProseNode[] = [];
  const done = new Set<number>();
  table.forEach((row, rowOffset, at) => {
    const cells: ProseNode[] = [];
    const wordsOf = new Map<number, string>();
    for (let column = 0; column < map.width; column += 1) {
      const cell = map.map[at * map.width + column] ?? 0;
      const words = wordsAt(at, column);
      // A merged cell is one: what comes first stays.
      if (words !== undefined && !done.has(cell)) wordsOf.set(cell, words);
      done.add(cell);
    }
    row.forEach((cell, cellOffset) => {
      const words = wordsOf.get(rowOffset + 1 + cellOffset);
      cells.push(words === undefined ? cell : cell.copy(Fragment.from(lines(words))));
    });
    const type = at < Number(table.attrs.headerRows) ? tableHeader : tableCell;
    for (let column = map.width; column < width; column += 1)
      cells.push(type.create(null, lines(wordsAt(at, column) ?? '')));
    made.push(row.copy(Fragment.from(cells)));
  });
  for (let at = map.height; at < top + rows.length; at += 1) {
    const cells = Array.from({ length: width }, (_, column) =>
      tableCell.create(null, lines(wordsAt(at, column) ?? '')),
    );
    made.push(tableRow.create(null, cells));
  }
  return made;
}

/** Fills the cells from the cursor on; `false` where there is no table or the text is none. */
export function fillCells(view: EditorView, text: string): boolean {
  const rows = cellsOf(text);
  const { state } = view;
  if (!rows || !isInTable(state)) return false;
  const rect = selectedRect(state);
  const made = filledRows(rect, rows);
  if (made.length === 0) return false;
  const { tableStart, table, top, left } = rect;
  const transaction = state.tr.replaceWith(tableStart, tableStart + table.content.size, made);
  // The cursor goes to the end of what was put in last.
  const grown = transaction.doc.nodeAt(tableStart - 1) ?? table;
  const map = TableMap.get(grown);
  const column = Math.min(map.width, left + (rows.at(-1)?.length ?? 1)) - 1;
  const last = map.map[(top + rows.length - 1) * map.width + column] ?? 0;
  const end = tableStart + last + 1 + (grown.nodeAt(last)?.content.size ?? 0);
  transaction.setSelection(TextSelection.near(transaction.doc.resolve(end), -1));
  view.dispatch(transaction.setMeta('paste', true).setMeta('uiEvent', 'paste').scrollIntoView());
  return true;
}
