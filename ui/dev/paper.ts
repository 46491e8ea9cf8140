// A page that looks like a page, drawn for the harness only; the real ones come from the typesetter.
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

const BODY =
  '为全面摸清全县行政事业单位国有资产家底，健全资产管理制度，提高资产使用效益，根据《行政事业性国有资产管理条例》和省、市有关部署，经县人民政府同意，决定在全县开展国有资产清查工作。现将有关事项通知如下：一、清查范围。全县各级行政单位、事业单位占有使用的各类国有资产，包括流动资产、固定资产、在建工程、无形资产、公共基础设施和政府储备物资。二、清查基准日。以2026年12月31日为基准日。三、工作步骤。分为准备动员、单位自查、重点核查、汇总上报四个阶段。各单位主要负责人对清查结果的真实性、完整性负责。';

function lines(text: string, width: number, indent: boolean): string[] {
  const out: string[] = [];
  let rest = (indent ? '　　' : '') + text;
  while (rest) {
    out.push(rest.slice(0, width));
    rest = rest.slice(width);
  }
  return out;
}

const cjk = "font-family='Noto Serif CJK SC, serif'";

/** Address of an SVG in page size, in millimetres. */
export function paper(title: string, recipients: string, page: number): string {
  const parts: string[] = [`<rect width='210' height='297' fill='#fff'/>`];
  const text = (x: number, y: number, size: number, words: string, more = '') =>
    parts.push(`<text x='${x}' y='${y}' font-size='${size}' ${cjk} ${more}>${escape(words)}</text>`);
  let y = 41;
  if (page === 0) {
    text(
      105,
      90,
      15,
      '青河县财政局文件',
      `text-anchor='middle' fill='#d6201a' font-weight='700' textLength='140' lengthAdjust='spacingAndGlyphs'`,
    );
    text(105, 108, 5.6, '青财发〔2026〕18号', `text-anchor='middle'`);
    parts.push(`<rect x='28' y='112' width='156' height='.7' fill='#d6201a'/>`);
    y = 131;
    for (const line of lines(title || '（未写标题）', 19, false)) {
      text(105, y, 7.7, line, `text-anchor='middle' font-weight='600'`);
      y += 11;
    }
    y += 6;
    if (recipients) {
      text(28, y, 5.6, `${recipients}：`);
      y += 10.2;
    }
  }
  for (const line of lines(BODY.repeat(2), 28, true)) {
    if (y > 262) break;
    text(28, y, 5.57, line);
    y += 10.2;
  }
  text(page % 2 ? 28 : 182, 273, 5, `— ${page + 1} —`, page % 2 ? '' : `text-anchor='end'`);
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 210 297'>${parts.join('')}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
