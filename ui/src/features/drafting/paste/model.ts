// What a pasted text is made of, before it becomes part of a body; and how much of it is taken.

/** Text of one look. */
export interface PastedText {
  text: string;
  bold?: boolean;
  underline?: boolean;
  superscript?: boolean;
  subscript?: boolean;
  runIn?: boolean;
}

/** A line: pieces of text; `\n` in a piece is a line break. */
export type PastedLine = PastedText[];

export interface PastedCell {
  lines: PastedLine[];
  colspan: number;
  rowspan: number;
  header: boolean;
}

export interface PastedTable {
  kind: 'table';
  caption: string;
  headerRows: number;
  rows: PastedCell[][];
  /** Widths of the columns in CSS pixels; empty: not known. */
  widths: number[];
}

export type PastedBlock =
  | { kind: 'paragraph'; line: PastedLine; align: 'left' | 'center' | 'right' | null }
  | {
      kind: 'heading';
      level: 1 | 2 | 3 | 4;
      unnumbered: boolean;
      line: PastedLine;
      /** The number as it was written, where it was part of the text. */
      mark?: PastedLine;
    }
  | { kind: 'centered'; line: PastedLine }
  | PastedTable
  | { kind: 'image'; source: string; widthTenthMm: number; alt: string }
  | { kind: 'pageBreak' };

/** What was left out, for a word to the person. */
export interface PasteReport {
  /** Images that lie elsewhere or are of another kind. */
  images: number;
  /** The clipboard held more than is taken at once. */
  isCut: boolean;
}

export interface Pasted {
  blocks: PastedBlock[];
  report: PasteReport;
}

/** Bounds of one paste. */
export const LIMITS = {
  /** Characters of HTML; beyond it only the plain text is taken. */
  html: 24_000_000,
  /** Nodes that are looked at. */
  nodes: 300_000,
  /** Elements within elements; what lies deeper is taken as plain text. */
  depth: 200,
  blocks: 20_000,
  characters: 2_000_000,
  rows: 2_000,
  columns: 60,
  images: 60,
} as const;

/** Counts what is taken; says when it is enough. */
export class Budget {
  readonly report: PasteReport = { images: 0, isCut: false };
  private nodes = 0;
  private characters = 0;
  private blocks = 0;
  private images = 0;

  /** One more node; `false` when there were enough. */
  node(): boolean {
    this.nodes += 1;
    return this.isWithin(this.nodes <= LIMITS.nodes);
  }

  block(): boolean {
    this.blocks += 1;
    return this.isWithin(this.blocks <= LIMITS.blocks);
  }

  image(): boolean {
    this.images += 1;
    return this.isWithin(this.images <= LIMITS.images);
  }

  /** The part of `text` that is still taken. */
  text(text: string): string {
    const room = LIMITS.characters - this.characters;
    const taken = text.slice(0, Math.max(0, room));
    this.characters += taken.length;
    this.isWithin(taken.length === text.length);
    return taken;
  }

  private isWithin(fine: boolean): boolean {
    if (!fine) this.report.isCut = true;
    return fine;
  }
}

/** The text of a line. */
export const plainText = (line: PastedLine): string => line.map((piece) => piece.text).join('');
