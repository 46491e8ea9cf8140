// How a table stands in the editor: its caption above it, a note where it turns the page, columns one can drag.
import { Extension } from '@tiptap/core';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { columnResizing, tableEditing, updateColumnsOnResize } from '@tiptap/pm/tables';
import type { NodeView } from '@tiptap/pm/view';
import { t } from '@/text';

const LEAST_WIDTH = 48;

/** Draws one table. */
class TableView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  private readonly caption: HTMLElement;
  private readonly table: HTMLTableElement;
  private readonly columns: HTMLTableColElement;

  constructor(private node: ProseNode) {
    this.dom = document.createElement('div');
    this.dom.className = 'table-block';
    this.caption = this.dom.appendChild(document.createElement('div'));
    this.caption.className = 'table-caption';
    this.caption.contentEditable = 'false';
    const scroll = this.dom.appendChild(document.createElement('div'));
    scroll.className = 'table-scroll';
    this.table = scroll.appendChild(document.createElement('table'));
    this.columns = this.table.appendChild(
      document.createElement('colgroup'),
    ) as unknown as HTMLTableColElement;
    this.contentDOM = this.table.appendChild(document.createElement('tbody'));
    this.draw();
  }

  update(node: ProseNode): boolean {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.draw();
    return true;
  }

  ignoreMutation(record: { type: string; target: Node }): boolean {
    return record.type !== 'selection' && !this.contentDOM.contains(record.target);
  }

  private draw(): void {
    const { caption, landscape, headerRows } = this.node.attrs;
    const notes = [caption, landscape ? t('drafting.table.is_landscape') : ''].filter(Boolean);
    this.caption.textContent = notes.join('　');
    this.caption.hidden = notes.length === 0;
    this.table.dataset.headerRows = String(headerRows);
    updateColumnsOnResize(this.node, this.columns, this.table, LEAST_WIDTH);
  }
}

export const TableEditing = Extension.create({
  name: 'tableEditing',
  addProseMirrorPlugins() {
    return [
      columnResizing({ View: TableView, defaultCellMinWidth: LEAST_WIDTH, lastColumnResizable: false }),
      tableEditing({ allowTableNodeSelection: true }),
    ];
  },
});
