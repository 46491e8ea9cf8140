// Reads the Chinese manual (docs/manual, Markdown) into blocks. Only what the manual uses is understood.

export interface Part {
  text: string;
  code?: boolean;
  strong?: boolean;
}

export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; parts: Part[] }
  | { kind: 'list'; ordered: boolean; items: Part[][] }
  | { kind: 'table'; head: Part[][]; rows: Part[][][] };

const pages = import.meta.glob<string>('@manual/*.md', { query: '?raw', import: 'default' });

const PAGES: Record<string, string> = {
  inbox: 'drafts',
  done: 'process',
  figures: 'process',
  to_read: 'incoming',
  incoming: 'incoming',
  'incoming-document': 'incoming',
  supervision: 'supervision',
  drafts: 'drafts',
  submitted: 'drafts',
  closed: 'drafts',
  discarded: 'drafts',
  issued: 'issued',
  numbers: 'numbers',
  copies: 'numbers',
  forms: 'forms',
  joining: 'server',
  discs: 'discs',
  draft: 'drafting',
  find: 'find',
  vocabulary: 'vocabulary',
  'double-edits': 'vocabulary',
  processes: 'processes',
  contacts: 'organisation',
  organisation: 'organisation',
  roles: 'organisation',
  access: 'organisation',
  settings: 'settings',
  session: 'first-run',
};

/** Name of the manual's page about a screen. */
export const pageFor = (screen: string): string => PAGES[screen] ?? 'drafts';

/** The page as blocks, or `undefined` if the manual has none. */
export async function loadPage(name: string): Promise<Block[] | undefined> {
  const found = Object.entries(pages).find(([path]) => path.endsWith(`/${name}.md`));
  return found ? parse(await found[1]()) : undefined;
}

function inline(text: string): Part[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      if (piece.startsWith('`')) return { text: piece.slice(1, -1), code: true };
      if (piece.startsWith('**')) return { text: piece.slice(2, -2), strong: true };
      return { text: piece.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1') };
    });
}

const isTable = (text: string): boolean => /^\|.*\|\n\|[-| :]+\|/.test(text);

/** Cells of each line; the second line of a table is its rule. */
function table(text: string): Block {
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => inline(cell.trim()));
  const [head, , ...rows] = text.split('\n').map((line) => cells(line.trim()));
  return { kind: 'table', head: head ?? [], rows };
}

/** Headings, paragraphs, lists and tables; pictures are left to the printed manual. */
export function parse(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const chunk of markdown.replaceAll('\r\n', '\n').split(/\n{2,}|\n(?=#)/)) {
    const text = chunk.trim();
    const heading = /^(#{1,3})\s+(.*)/.exec(text);
    if (!text || text.startsWith('![') || text.startsWith('<')) continue;
    if (heading?.[1] && heading[2]) {
      blocks.push({ kind: 'heading', level: heading[1].length, text: heading[2] });
      const rest = text.slice(heading[0].length).trim();
      if (rest) blocks.push(...parse(rest));
    } else if (isTable(text)) {
      blocks.push(table(text));
    } else if (/^(?:[-*]|\d+\.)\s/.test(text)) {
      const items = text.split(/\n(?=(?:[-*]|\d+\.)\s)/);
      blocks.push({
        kind: 'list',
        ordered: /^\d/.test(text),
        items: items.map((item) => inline(item.replace(/^(?:[-*]|\d+\.)\s+/, ''))),
      });
    } else {
      blocks.push({ kind: 'paragraph', parts: inline(text.replaceAll('\n', '')) });
    }
  }
  return blocks;
}
