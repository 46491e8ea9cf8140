// Tables of a clipboard: spans kept, ragged rows filled, hidden cells out; tables that only lay out a page are dissolved.
import { joined } from './lines';
import {
  LIMITS,
  type Budget,
  type PastedBlock,
  type PastedCell,
  type PastedLine,
  type PastedTable,
} from './model';
import { isGone, pixels, styleOf } from './styles';

const CELLS = ['td', 'th'];

const childrenOf = (element: Element, names: readonly string[]): Element[] =>
  [...element.children].filter((child) => names.includes(child.localName.toLowerCase()));

const isShown = (element: Element): boolean => !isGone(element, styleOf(element));

function rowsOf(table: Element): Element[] {
  const parts = [...table.children].flatMap((child) =>
    ['thead', 'tbody', 'tfoot'].includes(child.localName.toLowerCase()) ? childrenOf(child, ['tr']) : [child],
  );
  return parts.filter((row) => row.localName.toLowerCase() === 'tr' && isShown(row)).slice(0, LIMITS.rows);
}

/** One cell, or tables in cells: it holds a page together, it is not a table. */
export function isLayoutTable(table: Element): boolean {
  const cells = rowsOf(table).flatMap((row) => childrenOf(row, CELLS));
  return cells.length <= 1 || cells.some((cell) => cell.querySelector('table') !== null);
}

const spanOf = (cell: Element, name: 'colspan' | 'rowspan', most: number): number =>
  Math.min(most, Math.max(1, Math.floor(Number(cell.getAttribute(name))) || 1));

/** The lines of a cell: what it holds, without headings and tables of its own. */
function linesOf(blocks: PastedBlock[]): PastedLine[] {
  const lines = blocks.flatMap((block): PastedLine[] => {
    switch (block.kind) {
      case 'paragraph':
      case 'centered':
        return [block.line];
      case 'heading':
        return [joined(block.line.map((piece) => ({ ...piece, runIn: false })))];
      case 'table':
        return block.rows.flatMap((row) => row.flatMap((cell) => cell.lines));
      case 'image':
      case 'pageBreak':
        return [];
    }
  });
  return lines.length > 0 ? lines : [[]];
}

function widthsOf(table: Element, columns: number): number[] {
  const found = [...table.querySelectorAll('col')].flatMap((col) => {
    const width = pixels(styleOf(col).get('width')) ?? pixels(col.getAttribute('width'));
    const count = Math.min(LIMITS.columns, Math.max(1, Number(col.getAttribute('span')) || 1));
    return width === undefined ? [] : Array.from({ length: count }, () => Math.round(width));
  });
  return found.length === columns ? found : [];
}

/** How many columns each row takes, and the cells that fill what is missing. */
function fill(rows: PastedCell[][]): number {
  const taken: number[] = rows.map(() => 0);
  rows.forEach((row, index) => {
    for (const cell of row) {
      cell.rowspan = Math.min(cell.rowspan, rows.length - index);
      for (let below = 0; below < cell.rowspan; below += 1)
        taken[index + below] = (taken[index + below] ?? 0) + cell.colspan;
    }
  });
  const columns = Math.max(0, ...taken);
  rows.forEach((row, index) => {
    for (let at = taken[index] ?? 0; at < columns; at += 1) {
      row.push({ lines: [[]], colspan: 1, rowspan: 1, header: row[0]?.header ?? false });
    }
  });
  return columns;
}

/** A table with its text; `undefined` for one without any. `read` reads the inside of a cell. */
export function readTable(
  table: Element,
  budget: Budget,
  read: (cell: Element) => PastedBlock[],
): PastedTable | undefined {
  const elements = rowsOf(table);
  const rows = elements.map((row) => {
    const inHead = row.parentElement?.localName.toLowerCase() === 'thead';
    return childrenOf(row, CELLS)
      .filter((cell) => isShown(cell) && budget.node())
      .slice(0, LIMITS.columns)
      .map((cell): PastedCell => ({
        lines: linesOf(read(cell)),
        colspan: spanOf(cell, 'colspan', LIMITS.columns),
        rowspan: spanOf(cell, 'rowspan', LIMITS.rows),
        header: inHead || cell.localName.toLowerCase() === 'th',
      }));
  });
  const kept = rows.filter((row) => row.length > 0);
  const columns = fill(kept);
  if (columns > LIMITS.columns * 2) budget.report.isCut = true;
  if (columns === 0 || columns > LIMITS.columns * 2) return undefined;
  const firstBody = kept.findIndex((row) => !row.every((cell) => cell.header));
  const headerRows = firstBody < 0 ? 1 : firstBody;
  const caption =
    childrenOf(table, ['caption'])[0]?.textContent?.replace(/\s+/g, ' ').trim().slice(0, 200) ?? '';
  kept.forEach((row, index) => row.forEach((cell) => (cell.header = index < headerRows)));
  return { kind: 'table', caption, headerRows, rows: kept, widths: widthsOf(table, columns) };
}
