// Walks through the inert document of a clipboard and finds its lines, tables and images.
import { headingMark } from '@/features/drafting/editor/headingMarks';
import { Collector, type LineManner } from './collector';
import { safeImageSource } from './images';
import { fromPlain, fromSource } from './lines';
import { LIMITS, type Budget, type PastedBlock } from './model';
import {
  PLAIN,
  alignOf,
  breaksPageBefore,
  isBlock,
  isGone,
  lookOf,
  pixels,
  styleOf,
  type Look,
} from './styles';
import { isLayoutTable, readTable } from './tables';

/** Where in the clipboard the walk is. */
interface Place {
  look: Look;
  align: 'center' | 'right' | null;
  /** Inside `pre`: line ends count. */
  isPre: boolean;
  depth: number;
  /** How many numbered lists surround it. */
  lists: number;
}

const TOP: Place = { look: PLAIN, align: null, isPre: false, depth: 0, lists: 0 };
const WIDEST_TENTH_MM = 1560;

/** The blocks of a node's children. */
export function walk(root: Node, budget: Budget): PastedBlock[] {
  const collector = new Collector(budget);
  new Walk(collector, budget).children(root, TOP);
  collector.close();
  return collector.blocks;
}

class Walk {
  constructor(
    private readonly out: Collector,
    private readonly budget: Budget,
  ) {}

  children(parent: Node, place: Place): void {
    for (let child = parent.firstChild; child; child = child.nextSibling) {
      if (!this.budget.node()) return;
      if (child.nodeType === Node.TEXT_NODE) this.text(child.nodeValue ?? '', place);
      else if (isElement(child)) this.element(child, place);
    }
  }

  private text(text: string, place: Place): void {
    const read = place.isPre ? fromPlain(text) : fromSource(text);
    const { bold, underline, superscript, subscript } = place.look;
    if (read) this.out.text({ text: read, bold, underline, superscript, subscript });
  }

  private element(element: Element, place: Place): void {
    const style = styleOf(element);
    if (isGone(element, style)) return;
    if (place.depth >= LIMITS.depth) {
      this.text(element.textContent ?? '', place);
      return;
    }
    if (/ignore/.test(style.get('mso-list') ?? '')) {
      this.out.mark(element.textContent ?? '');
      return;
    }
    const tag = element.localName.toLowerCase();
    const inside: Place = {
      ...place,
      depth: place.depth + 1,
      look: lookOf(element, style, place.look),
      isPre: place.isPre || tag === 'pre' || style.get('white-space')?.startsWith('pre') === true,
    };
    if (tag === 'br') this.lineEnd(style);
    else if (tag === 'img') this.image(element, style);
    else if (tag === 'table') this.table(element, inside);
    else if (isBlock(element)) this.block(element, tag, style, inside);
    else this.children(element, inside);
  }

  private lineEnd(style: ReadonlyMap<string, string>): void {
    if (breaksPageBefore(style)) this.out.block({ kind: 'pageBreak' });
    else this.out.lineBreak();
  }

  private block(element: Element, tag: string, style: ReadonlyMap<string, string>, inside: Place): void {
    if (breaksPageBefore(style)) this.out.block({ kind: 'pageBreak' });
    const align = alignOf(element, style) ?? inside.align;
    const lists = inside.lists + (tag === 'ol' ? 1 : 0);
    this.out.open(mannerOf(element, tag, align, inside.lists));
    this.children(element, { ...inside, align, lists });
    this.out.open({ align: inside.align });
  }

  private image(element: Element, style: ReadonlyMap<string, string>): void {
    const source = safeImageSource(element.getAttribute('src') ?? '');
    const width = pixels(style.get('width')) ?? pixels(element.getAttribute('width'));
    // One pixel counts visits, it shows nothing.
    const isTracker = width !== undefined && width <= 2;
    if (!source || !this.budget.image()) {
      if (!isTracker) this.budget.report.images += 1;
      return;
    }
    const tenths = Math.round(((width ?? 378) * 254) / 96);
    this.out.block({
      kind: 'image',
      source,
      widthTenthMm: Math.min(WIDEST_TENTH_MM, Math.max(50, tenths)),
      alt: (element.getAttribute('alt') ?? '').slice(0, 200),
    });
  }

  private table(element: Element, inside: Place): void {
    if (isLayoutTable(element)) {
      this.out.open({ align: inside.align });
      this.children(element, inside);
      this.out.open({ align: inside.align });
      return;
    }
    const table = readTable(element, this.budget, (cell) => walk(cell, this.budget));
    if (table) this.out.block(table);
  }
}

/** Elements of another document are not of this window's class. */
const isElement = (node: Node): node is Element => node.nodeType === Node.ELEMENT_NODE;

function mannerOf(element: Element, tag: string, align: Place['align'], lists: number): LineManner {
  const title = /^h([1-6])$/.exec(tag);
  if (title) return { align, titleLevel: titleLevelOf(Number(title[1])) };
  const isItem = tag === 'li' && element.parentElement?.localName === 'ol' && !isMarked(element);
  return isItem ? { align, listLevel: lists > 1 ? 4 : 3 } : { align };
}

const titleLevelOf = (h: number): 1 | 2 | 3 | 4 => (h <= 2 ? 1 : h === 3 ? 2 : h === 4 ? 3 : 4);

/** An item whose text brings its own number. */
const isMarked = (item: Element): boolean =>
  headingMark((item.textContent ?? '').slice(0, 40).trimStart()) !== undefined;
