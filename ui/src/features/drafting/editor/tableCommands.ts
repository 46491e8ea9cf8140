// What one can do to a table: insert one, rows, columns, merging, header rows, caption, turning.
import type { Editor } from '@tiptap/core';
import { TextSelection, type Command } from '@tiptap/pm/state';
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  isInTable,
  mergeCells,
  splitCell,
} from '@tiptap/pm/tables';
import type { Node as ProseNode } from '@tiptap/pm/model';

const COMMANDS = {
  row_before: addRowBefore,
  row_after: addRowAfter,
  row_delete: deleteRow,
  column_before: addColumnBefore,
  column_after: addColumnAfter,
  column_delete: deleteColumn,
  merge: mergeCells,
  split: splitCell,
  next_cell: goToNextCell(1),
  previous_cell: goToNextCell(-1),
  delete: deleteTable,
} satisfies Record<string, Command>;

export type TableCommand = keyof typeof COMMANDS;

/** Runs a command on the selected cells; `false` where it does not fit. */
export function runTable(editor: Editor, name: TableCommand): boolean {
  const done = COMMANDS[name](editor.state, editor.view.dispatch);
  if (done) editor.view.focus();
  return done;
}

export const canTable = (editor: Editor, name: TableCommand): boolean => COMMANDS[name](editor.state);

/** A fresh table with one header row; the cursor waits in its first cell. */
export function insertTable(editor: Editor, rows: number, columns: number): boolean {
  const cell = (type: string) => ({ type, content: [{ type: 'paragraph' }] });
  const row = (type: string) => ({
    type: 'tableRow',
    content: Array.from({ length: columns }, () => cell(type)),
  });
  const body = Array.from({ length: Math.max(0, rows - 1) }, () => row('tableCell'));
  return editor
    .chain()
    .focus()
    .insertContent({ type: 'table', attrs: { headerRows: 1 }, content: [row('tableHeader'), ...body] })
    .command(({ tr }) => {
      const { $from } = tr.selection;
      const depth = Array.from({ length: $from.depth }, (_, at) => at + 1).find(
        (at) => $from.node(at).type.name === 'table',
      );
      if (depth !== undefined) tr.setSelection(TextSelection.near(tr.doc.resolve($from.start(depth))));
      return true;
    })
    .run();
}

/** The table around the cursor, and where it begins. */
export function currentTable(editor: Editor): { node: ProseNode; at: number } | undefined {
  if (!isInTable(editor.state)) return undefined;
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name === 'table') return { node, at: $from.before(depth) };
  }
  return undefined;
}

/** Changes caption, turning or the number of rows that repeat; header rows become header cells. */
export function changeTable(
  editor: Editor,
  changes: { caption?: string; landscape?: boolean; headerRows?: number },
): void {
  const table = currentTable(editor);
  const { tableCell, tableHeader } = editor.schema.nodes;
  if (!table || !tableCell || !tableHeader) return;
  const transaction = editor.state.tr.setNodeMarkup(table.at, null, { ...table.node.attrs, ...changes });
  const { headerRows } = changes;
  if (headerRows !== undefined) {
    table.node.forEach((row, rowOffset, rowIndex) => {
      row.forEach((cell, cellOffset) => {
        const type = rowIndex < headerRows ? tableHeader : tableCell;
        if (cell.type !== type)
          transaction.setNodeMarkup(table.at + rowOffset + cellOffset + 2, type, cell.attrs);
      });
    });
  }
  editor.view.dispatch(transaction);
}
