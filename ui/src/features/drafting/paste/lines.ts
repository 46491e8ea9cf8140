// White space and looks of pasted lines: what HTML and habit put between Chinese characters goes.
import { plainText, type PastedLine, type PastedText } from './model';

const CJK =
  '[\\u2e80-\\u303f\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026]';
const WRAPPED = new RegExp(`(${CJK}) ?\\u2028 ?(?=${CJK})`, 'g');
/** Stands for a line end of the HTML source until it is known what surrounds it. */
const SOURCE_BREAK = '\u2028';

/** Control characters other than line breaks and tabs, and characters that only steer layout. */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2064\ufeff]/g;

/** Text as a browser would show it: source line ends become one space; kept apart to be judged later. */
export const fromSource = (text: string): string =>
  text
    .replace(UNPRINTABLE, '')
    .replace(/[ \t]*[\r\n]+[ \t]*/g, SOURCE_BREAK)
    .replace(/[\t\u00a0 ]+/g, ' ');

/** Text of a `pre` or of the plain clipboard. */
export const fromPlain = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '');

const sameLook = (a: PastedText, b: PastedText): boolean =>
  !a.bold === !b.bold &&
  !a.underline === !b.underline &&
  !a.superscript === !b.superscript &&
  !a.subscript === !b.subscript &&
  !a.runIn === !b.runIn;

/** Joins neighbours of one look and drops empty pieces. */
export function joined(line: PastedLine): PastedLine {
  const result: PastedLine = [];
  for (const piece of line) {
    const last = result[result.length - 1];
    if (piece.text === '') continue;
    if (last && sameLook(last, piece)) last.text += piece.text;
    else result.push({ ...piece });
  }
  return result;
}

/** Drops the first `count` characters. */
export function dropHead(line: PastedLine, count: number): PastedLine {
  let left = count;
  return joined(
    line.map((piece) => {
      const cut = Math.min(left, piece.text.length);
      left -= cut;
      return { ...piece, text: piece.text.slice(cut) };
    }),
  );
}

/** Divides a line after its `at`th character. */
export function divided(line: PastedLine, at: number): [PastedLine, PastedLine] {
  const head: PastedLine = [];
  let taken = 0;
  for (const piece of line) {
    const room = Math.max(0, at - taken);
    head.push({ ...piece, text: piece.text.slice(0, room) });
    taken += Math.min(room, piece.text.length);
  }
  return [joined(head), dropHead(line, at)];
}

const EDGE = '[ \\t\\u00a0\\u2002\\u2003\\u3000\\n\\u2028]';
const LEADING = new RegExp(`^${EDGE}+`);
const TRAILING = new RegExp(`${EDGE}+$`);

/** Source line ends judged, indents and trailing blanks off, bold of a whole line off. */
export function tidyLine(line: PastedLine): PastedLine {
  const whole = plainText(line);
  // Judged on the whole line, because Word ends a span wherever it likes.
  const pieces = joined(line);
  if (whole.includes(SOURCE_BREAK)) settleSourceBreaks(pieces, whole);
  const text = plainText(pieces);
  const head = LEADING.exec(text)?.[0].length ?? 0;
  let result = dropHead(pieces, head);
  const tail = TRAILING.exec(plainText(result))?.[0].length ?? 0;
  result = divided(result, plainText(result).length - tail)[0];
  const isAllBold = result.length > 0 && result.every((piece) => piece.bold || piece.text.trim() === '');
  return isAllBold ? joined(result.map((piece) => ({ ...piece, bold: false }))) : result;
}

function settleSourceBreaks(pieces: PastedLine, whole: string): void {
  // Same length in, so that pieces keep their places; marks of what goes are dropped at the end.
  const gone = '\u2029';
  const settled = whole
    .replace(WRAPPED, (match, before: string) => before + gone.repeat(match.length - 1))
    .replace(/\u2028/g, ' ');
  let at = 0;
  for (const piece of pieces) {
    const part = settled.slice(at, at + piece.text.length);
    at += piece.text.length;
    piece.text = part.replaceAll(gone, '').replace(/ {2,}/g, ' ');
  }
}

/** A line at its breaks. */
export function atBreaks(line: PastedLine): PastedLine[] {
  const lines: PastedLine[] = [[]];
  for (const piece of line) {
    piece.text.split('\n').forEach((text, index) => {
      if (index > 0) lines.push([]);
      lines[lines.length - 1]?.push({ ...piece, text });
    });
  }
  return lines;
}
