// Pasted blocks as HTML that holds nothing but the body's own schema.
import type { PastedBlock, PastedCell, PastedLine, PastedTable, PastedText } from './model';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? '');

function piece(text: PastedText): string {
  let html = text.text.split('\n').map(escapeHtml).join('<br>');
  if (text.superscript) html = `<sup>${html}</sup>`;
  if (text.subscript) html = `<sub>${html}</sub>`;
  if (text.underline) html = `<u>${html}</u>`;
  if (text.bold) html = `<strong>${html}</strong>`;
  return text.runIn ? `<span data-run-in="true">${html}</span>` : html;
}

const line = (pieces: PastedLine): string => pieces.map(piece).join('');

function cell({ lines, colspan, rowspan, header }: PastedCell, widths: readonly number[]): string {
  const tag = header ? 'th' : 'td';
  const spans = (colspan > 1 ? ` colspan="${colspan}"` : '') + (rowspan > 1 ? ` rowspan="${rowspan}"` : '');
  const width = widths.length > 0 ? ` data-colwidth="${widths.join(',')}"` : '';
  return `<${tag}${spans}${width}>${lines.map((one) => `<p>${line(one)}</p>`).join('')}</${tag}>`;
}

function table({ rows, caption, headerRows, widths }: PastedTable): string {
  // Widths are given by cells of plain rows; a spanned one above makes the columns uncertain.
  const isPlain = rows.every((row) => row.every((one) => one.rowspan === 1));
  const made = rows.map((row) => {
    let column = 0;
    const cells = row.map((one) => {
      const mine = isPlain ? widths.slice(column, column + one.colspan) : [];
      column += one.colspan;
      return cell(one, mine);
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const attributes =
    (caption ? ` data-caption="${escapeHtml(caption)}"` : '') +
    (headerRows > 0 ? ` data-header-rows="${headerRows}"` : '');
  return `<table${attributes}><tbody>${made.join('')}</tbody></table>`;
}

function block(one: PastedBlock): string {
  switch (one.kind) {
    case 'paragraph':
      return `<p${one.align ? ` data-align="${one.align}"` : ''}>${line(one.line)}</p>`;
    case 'heading': {
      const tag = `h${one.level + 1}`;
      return `<${tag}${one.unnumbered ? ' data-unnumbered="true"' : ''}>${line(one.line)}</${tag}>`;
    }
    case 'centered':
      return `<p data-centered="true">${line(one.line)}</p>`;
    case 'table':
      return table(one);
    case 'image':
      return `<img src="${one.source}" data-width-tenth-mm="${one.widthTenthMm}" alt="${escapeHtml(one.alt)}">`;
    case 'pageBreak':
      return '<hr>';
  }
}

/** The blocks one after another. */
export const toHtml = (blocks: readonly PastedBlock[]): string => blocks.map(block).join('');
