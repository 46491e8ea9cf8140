// Makes headings of lines that begin with a written number, and gives 章 and 节 their middle place.
import { headingMark } from '@/features/drafting/editor/headingMarks';
import { divided, dropHead, joined, tidyLine } from './lines';
import { plainText, type PastedBlock, type PastedLine } from './model';

type PastedHeading = Extract<PastedBlock, { kind: 'heading' }>;

/** A heading of the first two levels is short: a longer line that begins like one is a paragraph. */
const LONGEST_TITLE = 60;
const CHAPTER = /^第[一二三四五六七八九十百零〇\d]{1,6}[编章节][ \u3000]*\S{0,30}$/;

/** Where the title of a 段首标题 ends: after its first full stop, if text follows. */
function endOfTitle(text: string): number | undefined {
  const at = text.search(/[。！？；：]/);
  if (at < 0) return undefined;
  return at + 1 < text.length && text[at] === '。' ? at + 1 : undefined;
}

function headingOf(line: PastedLine, level: 1 | 2 | 3 | 4): PastedHeading | undefined {
  const text = plainText(line);
  const end = endOfTitle(text);
  if (end !== undefined && (end <= LONGEST_TITLE || level > 2)) {
    const [title, rest] = divided(line, end);
    const body = rest.map((piece) => ({ ...piece, runIn: true }));
    return { kind: 'heading', level, unnumbered: false, line: [...title, ...body] };
  }
  if (level <= 2 && text.length > LONGEST_TITLE) return undefined;
  return { kind: 'heading', level, unnumbered: false, line };
}

/** A tidy line as the block it looks like. `listLevel`: it was an item of a numbered list. */
export function blockOf(
  line: PastedLine,
  align: 'left' | 'center' | 'right' | null,
  listLevel?: 3 | 4,
): PastedBlock {
  const text = plainText(line);
  if (align !== 'right' && CHAPTER.test(text.replaceAll('\n', ''))) return { kind: 'centered', line };
  const mark = align === null && !text.includes('\n') ? headingMark(text) : undefined;
  if (mark && mark.length < text.length) {
    const heading = headingOf(tidyLine(dropHead(line, mark.length)), mark.level);
    if (heading) return { ...heading, mark: divided(line, mark.length)[0] };
  }
  if (listLevel && align === null) {
    const heading = headingOf(line, listLevel);
    if (heading) return heading;
  }
  return { kind: 'paragraph', line, align };
}

/** 第八条 and a space: in a text of articles （一） and 1. are 项 and 目, no headings. */
const ARTICLE = /^第[一二三四五六七八九十百零〇\d]{1,6}条[ \u3000]/;
const FIRST = /^[（(]?[一1](?!\d)/;

/** The highest level that begins again at its first number where the program would count on; 5 for none. */
function levelBegunAgain(blocks: readonly PastedBlock[]): number {
  const seen = [false, false, false, false, false];
  let least = 5;
  for (const block of blocks) {
    if (block.kind !== 'heading' || block.unnumbered) continue;
    const { level, mark } = block;
    if (seen[level] && mark && FIRST.test(plainText(mark))) least = Math.min(least, level);
    seen[level] = true;
    seen.fill(false, level + 1);
  }
  return least;
}

/** The heading as the line it was. */
function asWritten(block: PastedBlock, from: number): PastedBlock {
  if (block.kind !== 'heading' || !block.mark || block.level < from) return block;
  const line = [...block.mark, ...block.line].map((piece) => ({ ...piece, runIn: false }));
  return { kind: 'paragraph', line: joined(line), align: null };
}

/** Numbers of headings follow from their order; levels whose written numbers would change so stay text. */
export function keepWrittenNumbers(blocks: readonly PastedBlock[]): PastedBlock[] {
  const isArticle = (block: PastedBlock): boolean =>
    block.kind === 'paragraph' && ARTICLE.test(plainText(block.line));
  const from = Math.min(levelBegunAgain(blocks), blocks.some(isArticle) ? 2 : 5);
  return blocks.map((block) => asWritten(block, from));
}
