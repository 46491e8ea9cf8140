// A typesetter for the harness only: lays a draft's elements on pages of 28 by 22 characters, roughly, with boxes.
import type * as Y from 'yjs';
import { deliver } from '@/api/transport';
import type { PageBox, Preview } from '@/api/generated/types';
import { readAttachments, readTitle } from '@/features/drafting/elements/bodies';
import { readElements } from '@/features/drafting/elements/fields';
import { createCounter } from '@/features/drafting/editor/numbering';
import { printedDay } from '@/features/drafting/insert/dates';

const LINE = 10.2;
const CHAR = 156 / 28;
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

interface Laid {
  pages: string[];
  boxes: PageBox[];
}

function lay(doc: Y.Doc): Laid {
  const elements = readElements(doc);
  const pages: string[][] = [[]];
  const boxes: PageBox[] = [];
  let page = 0;
  let y = 37;
  const put = (x: number, at: number, size: number, words: string, more = '') =>
    pages[page]?.push(
      `<text x='${x}' y='${at}' font-size='${size}' font-family='Noto Serif CJK SC, serif' ${more}>${escape(words)}</text>`,
    );
  const box = (place: string, top: number, height: number, x = 28, width = 156) =>
    boxes.push({ page, place, x_mm: x, y_mm: top, width_mm: width, height_mm: height });
  const turn = () => {
    page += 1;
    pages.push([]);
    y = 37;
  };
  const block = (place: string, words: string, indent: boolean) => {
    let rest = (indent ? '　　' : '') + words;
    let top = y;
    while (rest) {
      if (y + LINE > 262) {
        if (y > top) box(place, top, y - top);
        turn();
        top = y;
      }
      put(28, y + 7, CHAR, rest.slice(0, 28));
      rest = rest.slice(28);
      y += LINE;
    }
    box(place, top, y - top);
  };
  const issuer = elements.issuers.map((one) => one.name).join('');
  if (issuer) {
    put(
      105,
      86,
      15,
      `${issuer}文件`,
      `text-anchor='middle' fill='#d6201a' font-weight='700' textLength='130' lengthAdjust='spacingAndGlyphs'`,
    );
    box('letterhead', 72, 17);
  }
  if (elements.issue_number) {
    const { authority_code, year, serial } = elements.issue_number;
    put(105, 111, CHAR, `${authority_code}〔${year}〕${serial}号`, `text-anchor='middle'`);
    box('issue_number', 105, 8, 75, 60);
  }
  pages[0]?.push(`<rect x='28' y='115' width='156' height='.5' fill='#d6201a'/>`);
  y = 130;
  const title = readTitle(doc);
  for (const line of title ? title.split('\n') : []) {
    put(105, y + 8, 7.7, line, `text-anchor='middle' font-weight='600'`);
    y += 11.5;
  }
  if (title) box('title', 130, y - 130);
  y += LINE;
  if (elements.main_recipients.length > 0)
    block('main_recipients', `${elements.main_recipients.join('，')}：`, false);
  const next = createCounter();
  doc
    .getXmlFragment('body')
    .toArray()
    .forEach((node, index) => {
      const name = 'nodeName' in node ? node.nodeName : '';
      const words = node.toString().replace(/<[^>]*>/g, '');
      const level = 'getAttribute' in node ? Number(node.getAttribute('level')) : 0;
      if (words || name === 'heading')
        block(`body/${index}`, (name === 'heading' ? next(level) : '') + words, true);
    });
  readAttachments(doc, 'document').forEach((one, index, all) => {
    y += index === 0 ? LINE : 0;
    block('attachment_note', `附件：${all.length > 1 ? `${index + 1}.` : ''}${one.title}`, true);
  });
  y += LINE;
  if (issuer) {
    put(160, y + 7, CHAR, issuer, `text-anchor='end'`);
    box('signature', y, LINE, 90, 72);
    y += LINE;
  }
  if (elements.date_of_issue) {
    put(162, y + 7, CHAR, printedDay(elements.date_of_issue), `text-anchor='end'`);
    box('date_of_issue', y, LINE, 100, 64);
  }
  if (elements.imprint) {
    put(33, 259, 4.9, elements.imprint.name);
    put(
      179,
      259,
      4.9,
      `${elements.imprint.date ? printedDay(elements.imprint.date) : ''}印发`,
      `text-anchor='end'`,
    );
    box('imprint', 253, 9);
    pages[page]?.push(
      `<rect x='28' y='252' width='156' height='.25'/><rect x='28' y='262' width='156' height='.35'/>`,
    );
  }
  return {
    boxes,
    pages: pages.map((parts, at) => {
      const number = `<text x='${at % 2 ? 33 : 179}' y='272' font-size='4.9' ${at % 2 ? '' : "text-anchor='end'"}>— ${at + 1} —</text>`;
      const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 210 297'><rect width='210' height='297' fill='#fff'/>${parts.join('')}${number}</svg>`;
      return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
    }),
  };
}

const pictures = new Map<string, string>();

/** Picture of a page of a draft the harness has laid; `undefined` for others. */
export const laidPage = (hash: string): string | undefined => pictures.get(hash);

/** The preview of a draft, and a new one after each change. */
export function followPages(doc: Y.Doc, session: string): () => Preview {
  let revision = 0;
  const preview = (): Preview => {
    revision += 1;
    const { pages, boxes } = lay(doc);
    const elements = readElements(doc);
    const title = readTitle(doc).replaceAll('\n', '');
    const shapes = pages.map((picture, page) => {
      const hash = `${session}-${revision}-${page}`;
      pictures.set(hash, picture);
      return { width_mm: 210, height_mm: 297, hash };
    });
    const missing = [
      ...(elements.issuers.length ? [] : ['letterhead']),
      ...(title ? [] : ['title']),
      ...(elements.main_recipients.length ? [] : ['main_recipients']),
      ...(elements.date_of_issue ? [] : ['date_of_issue']),
    ];
    const half = Math.ceil(title.length / 2);
    const third = Math.ceil(title.length / 3);
    return {
      session,
      revision,
      pages: shapes,
      boxes,
      missing,
      notes: [],
      fonts: ['没有安装方正小标宋简体，标题改用思源宋体。', '没有安装仿宋_GB2312，正文改用 Fandol 仿宋。'],
      title_breaks:
        title.length > 20
          ? [
              [title.slice(0, half), title.slice(half)],
              [title.slice(0, third), title.slice(third, third * 2), title.slice(third * 2)],
            ]
          : [],
      trouble: '',
    };
  };
  doc.on('update', () => deliver({ kind: 'preview', preview: preview() }));
  return preview;
}
