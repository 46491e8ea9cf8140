// Makes headings of lines that begin with a written number, and gives 章 and 节 their middle place.
import { headingMark } from '@/features/drafting/editor/headingMarks';
import { divided, dropHead, tidyLine } from './lines';
import { plainText, type PastedBlock, type PastedLine } from './model';

/** A heading of the first two levels is short: a longer line that begins like one is a paragraph. */
const LONGEST_TITLE = 60;
const CHAPTER = /^第[一二三四五六七八九十百零〇\d]{1,6}[编章节][ \u3000]*\S{0,30}$/;

/** Where the title of a 段首标题 ends: after its first full stop, if text follows. */
function endOfTitle(text: string): number | undefined {
  const at = text.search(/[。！？；：]/);
  if (at < 0) return undefined;
  return at + 1 < text.length && text[at] === '。' ? at + 1 : undefined;
}

function headingOf(line: PastedLine, level: 1 | 2 | 3 | 4): PastedBlock | undefined {
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
    if (heading) return heading;
  }
  if (listLevel && align === null) {
    const heading = headingOf(line, listLevel);
    if (heading) return heading;
  }
  return { kind: 'paragraph', line, align };
}
