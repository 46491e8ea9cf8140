// Gathers what the walk through a clipboard finds into blocks: text into the line that is open, the rest between lines.
import { blockOf } from './headings';
import { atBreaks, tidyLine } from './lines';
import { plainText, type Budget, type PastedBlock, type PastedLine, type PastedText } from './model';

/** What is known of the line that is open. */
export interface LineManner {
  align: 'center' | 'right' | null;
  /** Level of a heading element (h1 …), if it is one. */
  titleLevel?: 1 | 2 | 3 | 4;
  /** It is an item of a numbered list. */
  listLevel?: 3 | 4;
  /** The number that Word put before the text. */
  mark?: string;
}

const ORDINARY: LineManner = { align: null };
/** Bullets mean nothing in a document; numbers do. */
const BULLET = /^[·•●○■□◆◇▪▫➢➤Øü§*\-–—o\u00b7\uf000-\uf0ff]{1,2}$/i;
const NEW_PARAGRAPH = /^[\u3000\u00a0 \u2028]{2,}|^\u3000/;

export class Collector {
  readonly blocks: PastedBlock[] = [];
  private line: PastedLine = [];
  private manner: LineManner = ORDINARY;

  constructor(private readonly budget: Budget) {}

  /** Begins a line in this manner; what was open is closed. */
  open(manner: LineManner): void {
    this.close();
    this.manner = manner;
  }

  /** The number of the open line, as Word wrote it. */
  mark(text: string): void {
    this.manner = { ...this.manner, mark: (this.manner.mark ?? '') + text };
  }

  text(piece: PastedText): void {
    const text = this.budget.text(piece.text);
    if (text) this.line.push({ ...piece, text });
  }

  lineBreak(): void {
    this.line.push({ text: '\n' });
  }

  /** Puts a block between the lines. */
  block(block: PastedBlock): void {
    const { manner } = this;
    this.close();
    if (this.budget.block()) this.blocks.push(block);
    this.manner = manner;
  }

  /** Ends the open line. */
  close(): void {
    const { manner, line } = this;
    this.line = [];
    this.manner = ORDINARY;
    const mark = (manner.mark ?? '').replace(/[\u00a0\s\u2028]+/g, '');
    const marked: PastedLine = mark && !BULLET.test(mark) ? [{ text: mark }, ...line] : line;
    for (const part of paragraphsOf(marked)) this.paragraph(part, manner);
  }

  private paragraph(raw: PastedLine, manner: LineManner): void {
    const line = tidyLine(raw);
    if (plainText(line).trim() === '' || !this.budget.block()) return;
    const made = blockOf(line, manner.align, manner.listLevel);
    const isTitle = manner.titleLevel !== undefined && made.kind === 'paragraph' && manner.align === null;
    this.blocks.push(
      isTitle && manner.titleLevel
        ? { kind: 'heading', level: manner.titleLevel, unnumbered: true, line }
        : made,
    );
  }
}

/** Web pages make paragraphs of breaks: two of them, or one before an indent, begin a new one. */
function paragraphsOf(line: PastedLine): PastedLine[] {
  const paragraphs: PastedLine[] = [[]];
  let isEmptyBefore = false;
  atBreaks(line).forEach((part, index) => {
    const text = plainText(part);
    const isEmpty = text.trim() === '' || text.replaceAll('\u2028', '').trim() === '';
    const current = paragraphs[paragraphs.length - 1] ?? [];
    if (isEmpty) {
      isEmptyBefore = true;
      return;
    }
    if (index > 0 && (isEmptyBefore || NEW_PARAGRAPH.test(text))) paragraphs.push([...part]);
    else if (current.length > 0) current.push({ text: '\n' }, ...part);
    else current.push(...part);
    isEmptyBefore = false;
  });
  return paragraphs.filter((part) => part.length > 0);
}
