// Tables: caption, header rows and turning are attributes of the table; the cells are those of prosemirror-tables.
import { Extension, Node, type Attributes } from '@tiptap/core';
import { traceAttributes } from '@/features/drafting/suggest/schema';

const span = (element: HTMLElement, name: 'colspan' | 'rowspan'): number =>
  Math.min(1000, Math.max(1, Number(element.getAttribute(name)) || 1));

function widths(element: HTMLElement): number[] | null {
  const found = (element.dataset.colwidth ?? '').split(',').map(Number);
  return found.length > 0 && found.every((width) => width > 0 && width < 10_000) ? found : null;
}

const cellAttributes = (): Attributes => ({
  colspan: {
    default: 1,
    parseHTML: (element) => span(element, 'colspan'),
    renderHTML: ({ colspan }) => (Number(colspan) === 1 ? {} : { colspan: Number(colspan) }),
  },
  rowspan: {
    default: 1,
    parseHTML: (element) => span(element, 'rowspan'),
    renderHTML: ({ rowspan }) => (Number(rowspan) === 1 ? {} : { rowspan: Number(rowspan) }),
  },
  colwidth: {
    default: null,
    parseHTML: widths,
    renderHTML: ({ colwidth }) => (Array.isArray(colwidth) ? { 'data-colwidth': colwidth.join(',') } : {}),
  },
});

const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  addAttributes: () => ({
    caption: {
      default: '',
      parseHTML: (element: HTMLElement) => element.dataset.caption ?? '',
      renderHTML: ({ caption }: { caption: string }) => (caption ? { 'data-caption': caption } : {}),
    },
    landscape: {
      default: false,
      parseHTML: (element: HTMLElement) => element.dataset.landscape === 'true',
      renderHTML: ({ landscape }: { landscape: boolean }) => (landscape ? { 'data-landscape': 'true' } : {}),
    },
    headerRows: {
      default: 0,
      parseHTML: (element: HTMLElement) => Math.max(0, Number(element.dataset.headerRows) || 0),
      renderHTML: ({ headerRows }: { headerRows: number }) =>
        headerRows ? { 'data-header-rows': headerRows } : {},
    },
    ...traceAttributes('inserted', 'deleted'),
  }),
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: ({ HTMLAttributes }) => ['table', HTMLAttributes, ['tbody', 0]],
});

const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)*',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: ({ HTMLAttributes }) => ['tr', HTMLAttributes, 0],
});

const cell = (name: string, tag: string) =>
  Node.create({
    name,
    content: 'paragraph+',
    isolating: true,
    addAttributes: cellAttributes,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

/** The roles that prosemirror-tables knows the nodes by. */
const ROLES: Record<string, string> = {
  table: 'table',
  tableRow: 'row',
  tableCell: 'cell',
  tableHeader: 'header_cell',
};

const TableRoles = Extension.create({
  name: 'tableRoles',
  extendNodeSchema: (extension) => {
    const tableRole = ROLES[extension.name];
    return tableRole ? { tableRole } : {};
  },
});

export const tableNodes = [TableRoles, Table, TableRow, cell('tableCell', 'td'), cell('tableHeader', 'th')];
