// What a clipboard becomes in a body: HTML of Word, WPS, spreadsheets and web pages, and plain text.
// Pure: parses into an inert document, renders nothing, loads nothing.
import { blockOf, keepWrittenNumbers } from './headings';
import { toHtml } from './html';
import { fromPlain, tidyLine } from './lines';
import { Budget, LIMITS, plainText, type Pasted, type PasteReport, type PastedBlock } from './model';
import { walk } from './walk';

/** Copied in an editor of ours: it comes back as it was. */
const OWN = /\sdata-pm-slice="/;

/** The blocks of a clipboard's HTML; `undefined` if it is too long to be read at all. */
export function readHtml(html: string): Pasted | undefined {
  if (html.length > LIMITS.html) return undefined;
  const budget = new Budget();
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const blocks = parsed.body ? walk(parsed.body, budget) : [];
  return { blocks: keepWrittenNumbers(blocks), report: budget.report };
}

/** The blocks of plain text: a line is a paragraph, written numbers make headings. */
export function readText(text: string): Pasted {
  const budget = new Budget();
  const blocks: PastedBlock[] = [];
  for (const raw of fromPlain(budget.text(text)).split('\n')) {
    const cells = raw.split('\t');
    const line = tidyLine([{ text: cells.join(' ') }]);
    if (plainText(line).trim() === '') continue;
    if (!budget.block()) break;
    blocks.push(blockOf(line, null));
  }
  return { blocks: keepWrittenNumbers(blocks), report: budget.report };
}

/** HTML from elsewhere as HTML of the body's schema. */
export function transformPastedHTML(
  html: string,
  report: (report: PasteReport) => void = () => undefined,
): string {
  if (OWN.test(html.slice(0, 20_000)) && html.length <= LIMITS.html) return html;
  const pasted = readHtml(html);
  if (!pasted) {
    report({ images: 0, isCut: true });
    return '';
  }
  if (pasted.report.images > 0 || pasted.report.isCut) report(pasted.report);
  return toHtml(pasted.blocks);
}

/** Plain text as HTML of the body's schema. */
export const textToHtml = (text: string): string => toHtml(readText(text).blocks);
