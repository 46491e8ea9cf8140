// 发文字号 in its three parts (GB/T 9704-2012, 7.2.5), and what can be made of a number pasted whole.
import type { DocumentFormat, IssueNumber } from '@/api/generated/types';
import { codeStem } from '@/format/agencyCode';

/** What stands in the three fields, as typed. */
export interface NumberParts {
  code: string;
  year: string;
  serial: string;
}

export const partsOf = (number: IssueNumber | null): NumberParts => ({
  code: number?.authority_code ?? '',
  year: number ? String(number.year) : '',
  serial: number ? String(number.serial) : '',
});

/** The number, once all it needs is there: 令 has no 机关代字. */
export function numberOf({ code, year, serial }: NumberParts, format: DocumentFormat): IssueNumber | null {
  const isComplete =
    /^\d{4}$/.test(year) && /^[1-9]\d{0,6}$/.test(serial) && (code.trim() !== '' || format === 'order');
  return isComplete ? { authority_code: code.trim(), year: Number(year), serial: Number(serial) } : null;
}

/** The code an agency's own numbers of this format begin with: 机关代字 and what kind of paper it is. */
export function codeOf(agencyCode: string, format: DocumentFormat): string {
  const stem = codeStem(agencyCode);
  if (!stem || format === 'order' || format === 'minutes') return '';
  return stem + (format === 'letter' ? '函' : '发');
}

const WHOLE = /^\s*(\S{1,20}?)\s*[〔﹝[［（(【]\s*(\d{4})\s*[〕﹞\]］）)】]\s*第?\s*0*(\d{1,7})\s*号?\s*$/;

/** A number pasted whole, in whatever brackets it comes. */
export function wholeNumber(text: string): NumberParts | undefined {
  const found = WHOLE.exec(text);
  return found ? { code: found[1] ?? '', year: found[2] ?? '', serial: found[3] ?? '' } : undefined;
}
