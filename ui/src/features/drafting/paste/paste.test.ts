// What clipboards of Word, WPS, spreadsheets, web pages and bad people become.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHtml, readText, textToHtml, transformPastedHTML } from '@/features/drafting/paste';
import { safeImageSource } from './images';
import { LIMITS, plainText, type PastedBlock } from './model';

const fixture = (name: string): string =>
  readFileSync(`src/features/drafting/paste/fixtures/${name}.html`, 'utf8');

/** A block in one line: its kind, what matters of it, its text; run-in text after a bar. */
function outline(block: PastedBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return `${block.align ?? 'p'}: ${plainText(block.line)}`;
    case 'centered':
      return `centered: ${plainText(block.line)}`;
    case 'heading': {
      const title = plainText(block.line.filter((piece) => !piece.runIn));
      const rest = plainText(block.line.filter((piece) => piece.runIn));
      return `h${block.level}${block.unnumbered ? '-' : ''}: ${title}${rest ? `|${rest}` : ''}`;
    }
    case 'table':
      return `table: ${block.rows.map((row) => row.map((cell) => cell.lines.map(plainText).join('/')).join(',')).join(';')}`;
    case 'image':
    case 'pageBreak':
      return block.kind;
  }
}
const read = (html: string): string[] => (readHtml(html)?.blocks ?? []).map(outline);

describe('clipboards of office programs', () => {
  it('takes a notice from Word with its levels, without its junk', () => {
    expect(read(fixture('word-notice'))).toEqual([
      'center: 关于做好2026年防汛工作的通知',
      'p: 为做好今年防汛抗旱工作，经县人民政府同意，现将有关事项通知如下：',
      'h1: 提高思想认识',
      'p: 要坚决克服麻痹思想和侥幸心理，时刻绷紧防汛这根弦。',
      'h2: 落实责任。|各乡镇主要负责人是第一责任人。',
      'p: 检查堤防。',
      'right: 2026年5月6日',
    ]);
  });

  it('keeps bold inside a line and drops it from a whole one', () => {
    const blocks = readHtml(fixture('word-notice'))?.blocks ?? [];
    const bold = blocks.flatMap((block) => ('line' in block ? block.line.filter((piece) => piece.bold) : []));
    expect(bold.map((piece) => piece.text)).toEqual(['麻痹思想']);
  });

  it('takes text from WPS: indents and anchors off, page break and superscript kept, lost image counted', () => {
    const pasted = readHtml(fixture('wps-notice'));
    expect(pasted?.blocks.map(outline)).toEqual([
      'h1: 重点任务',
      'h2: 排查隐患。|对水库、塘坝逐一排查，5月底前完成。',
      'h3: 建立台账。|逐项登记，销号管理。',
      'p: 面积1.5万m2。',
      'pageBreak',
      'centered: 第一章　总则',
    ]);
    expect(pasted?.report).toEqual({ images: 1, isCut: false });
    expect(transformPastedHTML(fixture('wps-notice'))).toContain('m<sup>2</sup>');
  });

  it('takes a spreadsheet as a table with its spans and widths, hidden rows out, short rows filled', () => {
    const [table] = readHtml(fixture('excel-sheet'))?.blocks ?? [];
    if (table?.kind !== 'table') throw new Error('no table');
    expect(outline(table)).toBe(
      'table: 2026年度预算执行情况;单位,财政拨款,其他;1,234,567.80,0.5;县水利局,98,000.00,',
    );
    expect(table.rows[0]?.[0]).toMatchObject({ colspan: 3, rowspan: 1 });
    expect(table.rows[1]?.[0]).toMatchObject({ colspan: 1, rowspan: 2 });
    expect(table.widths).toEqual([72, 144, 72]);
  });

  it('takes the text of a web page: breaks become paragraphs, links words, trackers nothing', () => {
    const pasted = readHtml(fixture('web-news'));
    expect(pasted?.blocks.map(outline)).toEqual([
      'h1-: 县政府召开常务会议',
      'p: 5月6日，县长主持召开县政府常务会议。',
      'p: 会议听取了防汛工作汇报。',
      'p: 会议强调，要压实责任。',
      'p: 会议指出，安全重于泰山。',
      'h3: 落实责任',
      'h3: 强化值守',
      'p: 领导带班',
      'p: 分享到微信',
    ]);
    expect(pasted?.report.images, 'the photo, not the tracker').toBe(1);
    expect(transformPastedHTML(fixture('web-news'))).not.toMatch(/<u>|href|隐藏/);
  });

  it('takes lines of an OFD reader', () => {
    expect(read(fixture('ofd-reader'))).toEqual([
      'p: （二）严格程序。重大事项要集体研\n究决定。',
      'p: 附件：实施方案',
    ]);
  });
});

describe('hostile clipboards', () => {
  it('lets nothing through but words', () => {
    const html = transformPastedHTML(fixture('hostile'));
    expect(html).toBe('<p>正<strong>文</strong></p><p>链接</p><p data-align="center">居中</p>');
  });

  it('survives elements in elements without end', () => {
    const html = `${'<div>'.repeat(700)}深处${'</div>'.repeat(700)}`;
    expect(read(html)).toEqual(['p: 深处']);
  });

  it('takes no more than it can carry, and says so', () => {
    const pasted = readHtml('<p>字</p>'.repeat(LIMITS.blocks + 5));
    expect(pasted?.blocks).toHaveLength(LIMITS.blocks);
    expect(pasted?.report.isCut).toBe(true);
    expect(readHtml('x'.repeat(LIMITS.html + 1))).toBeUndefined();
  });

  it('bounds spans that would fill the memory', () => {
    const html =
      '<table><tr><td colspan="999999999" rowspan="999999999">甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>';
    const [table] = readHtml(html)?.blocks ?? [];
    expect(table?.kind === 'table' ? table.rows[0]?.[0] : undefined).toMatchObject({
      colspan: LIMITS.columns,
      rowspan: 2,
    });
  });

  it('refuses images of other kinds, with other bytes, or too large', () => {
    expect(safeImageSource('data:image/png;base64,iVBORw0KGgoAAAA=')).toBeDefined();
    expect(safeImageSource('data:image/png;base64,PHN2Zz4=')).toBeUndefined();
    expect(safeImageSource('data:image/svg+xml;base64,PHN2Zz4=')).toBeUndefined();
    expect(safeImageSource('https://example.cn/a.png')).toBeUndefined();
    expect(safeImageSource(`data:image/png;base64,iVBORw0KGgo${'A'.repeat(3_000_000)}`)).toBeUndefined();
  });
});

describe('plain text', () => {
  it('makes paragraphs of lines and headings of written numbers', () => {
    expect(
      readText('　　一、总体要求\r\n坚持实事求是。\n(二)步骤\n1、摸底\n（3）复核\n1.5亿元到位').blocks.map(
        outline,
      ),
    ).toEqual(['h1: 总体要求', 'p: 坚持实事求是。', 'h2: 步骤', 'h3: 摸底', 'h4: 复核', 'p: 1.5亿元到位']);
  });

  it('leaves a long line that only begins like a heading a paragraph', () => {
    const long = `一、${'为进一步加强全县安全生产工作'.repeat(6)}`;
    expect(readText(long).blocks.map(outline)).toEqual([`p: ${long}`]);
  });

  it('keeps the numbers of items in a text of articles as they were written', () => {
    const articles =
      '第八条　公文种类：\n（一）决议。适用于决策。\n（二）决定。\n第九条　公文要素：\n（一）份号。';
    expect(readText(articles).blocks.map(outline)).toEqual(articles.split('\n').map((line) => `p: ${line}`));
  });

  it('keeps written numbers that begin again where the program would count on', () => {
    const parts = '一、目标\n（一）近期\n总体安排\n（一）远期\n1.水库';
    expect(readText(parts).blocks.map(outline)).toEqual([
      'h1: 目标',
      'p: （一）近期',
      'p: 总体安排',
      'p: （一）远期',
      'p: 1.水库',
    ]);
    expect(readText('一、水库\n（一）排查\n二、堤防\n（一）加固').blocks.map(outline)).toEqual([
      'h1: 水库',
      'h2: 排查',
      'h1: 堤防',
      'h2: 加固',
    ]);
  });

  it('escapes what looks like markup', () => {
    expect(textToHtml('<b>&"')).toBe('<p>&lt;b&gt;&amp;&quot;</p>');
  });
});

describe('any HTML at all', () => {
  /** A small generator with a seed, so that a failure can be repeated. */
  function randomHtml(seed: number): string {
    let state = seed * 2_654_435_761 + 1;
    const next = (most: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % most;
    };
    const tags = [
      'p',
      'div',
      'span',
      'b',
      'table',
      'tr',
      'td',
      'th',
      'li',
      'ol',
      'h2',
      'br',
      'img',
      'sup',
      'pre',
      'o:p',
      'svg',
      'a',
    ];
    const texts = [
      '一、',
      '（一）',
      '正文',
      ' ',
      '\n',
      '&nbsp;',
      '　',
      '<',
      '>',
      '\u0000',
      '😀',
      '𠮷',
      '1.',
      '1.5',
      '<!--',
      '-->',
      ']]>',
    ];
    const styles = [
      '',
      ' style="mso-list:Ignore"',
      ' style="display:none"',
      ' colspan="9e9"',
      ' rowspan="-1"',
      ' align=center',
      ' style="page-break-before:always"',
    ];
    let html = '';
    for (let piece = next(60); piece > 0; piece -= 1) {
      const tag = tags[next(tags.length)];
      const kind = next(4);
      if (kind === 0) html += texts[next(texts.length)];
      else if (kind === 1) html += `</${tag}>`;
      else html += `<${tag}${styles[next(styles.length)]}>`;
    }
    return html;
  }

  it('never throws, and what comes out holds only the schema of a body', () => {
    const allowed =
      /^(?:<\/?(?:p|h[2-5]|table|tbody|tr|t[dh]|img|hr|br|strong|u|sup|sub|span)(?: [a-z-]+="[^"<>]*")*>|[^<>])*$/;
    for (let seed = 0; seed < 120; seed += 1) {
      const html = randomHtml(seed);
      const out = transformPastedHTML(html);
      expect(allowed.test(out), `seed ${seed}: ${html}\n→ ${out}`).toBe(true);
    }
  });
});
