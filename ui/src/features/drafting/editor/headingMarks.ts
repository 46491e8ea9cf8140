// Recognises the number that a heading carries when somebody types or pastes it as text.

/** A written number at the start of a line. */
export interface HeadingMark {
  level: 1 | 2 | 3 | 4;
  /** Characters of the line it takes, spaces after it included. */
  length: number;
}

const CHINESE = '[一二三四五六七八九十百零〇]{1,7}';
const SPACE = '[ \\t\\u00a0\\u3000]*';

const FORMS: readonly [RegExp, HeadingMark['level']][] = [
  [new RegExp(`^${CHINESE}、${SPACE}`), 1],
  [new RegExp(`^[（(]${CHINESE}[）)]、?${SPACE}`), 2],
  // Not 1.5, not 2026.: a serial has at most two digits and no digit behind its point.
  [new RegExp(`^\\d{1,2}(?:[．](?!\\d)|[.](?![\\d.])|、)${SPACE}`), 3],
  [new RegExp(`^[（(]\\d{1,2}[）)]${SPACE}`), 4],
];

/** The mark a line begins with, if any. */
export function headingMark(line: string): HeadingMark | undefined {
  for (const [form, level] of FORMS) {
    const found = form.exec(line);
    if (found) return { level, length: found[0].length };
  }
  return undefined;
}
