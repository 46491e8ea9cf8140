// Reads what an element of a clipboard means from its tag, class and style attribute. The style is read as text:
// the pasted document is never rendered.

/** Declarations of a style attribute, names and values in lower case. */
export function styleOf(element: Element): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const text = element.getAttribute('style') ?? '';
  // Word writes a few hundred characters; more is somebody's joke.
  for (const declaration of text.slice(0, 4_000).split(';')) {
    const at = declaration.indexOf(':');
    if (at > 0)
      found.set(
        declaration.slice(0, at).trim().toLowerCase(),
        declaration
          .slice(at + 1)
          .trim()
          .toLowerCase(),
      );
  }
  return found;
}

const GONE_TAGS = new Set(
  (
    'script style meta link title head base iframe frame frameset object embed applet svg math template noscript ' +
    'input select button textarea option datalist audio video canvas map area xml del o:wrapblock v:shapetype ' +
    'v:shape v:imagedata w:sdtpr dialog'
  ).split(' '),
);

const GONE_CLASSES = /\b(msodel|msocommentreference|msocommenttext|msofootnotereference|comment-marker)\b/i;

/** Junk: scripts, hidden text, tracked deletions, comments and notes of Word and WPS. */
export function isGone(element: Element, style: ReadonlyMap<string, string>): boolean {
  const tag = element.localName.toLowerCase();
  if (GONE_TAGS.has(tag)) return true;
  if (GONE_CLASSES.test(element.getAttribute('class') ?? '')) return true;
  if (style.get('display') === 'none' || style.get('visibility') === 'hidden') return true;
  if (style.get('mso-hide') === 'all' || style.has('mso-comment-reference')) return true;
  const part = style.get('mso-element') ?? '';
  if (/^(comment|footnote|endnote|header|footer|field-begin)/.test(part)) return true;
  return style.has('mso-footnote-id') || element.hasAttribute('hidden');
}

const BLOCK_TAGS = new Set(
  (
    'p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre section article header footer main aside nav figure ' +
    'figcaption address details summary center fieldset legend form table caption thead tbody tfoot tr td th hr body html'
  ).split(' '),
);

export const isBlock = (element: Element): boolean => BLOCK_TAGS.has(element.localName.toLowerCase());

/** The look of text. */
export interface Look {
  bold: boolean;
  underline: boolean;
  superscript: boolean;
  subscript: boolean;
  /** Links are underlined by their kind, not by their writer. */
  link: boolean;
}

export const PLAIN: Look = {
  bold: false,
  underline: false,
  superscript: false,
  subscript: false,
  link: false,
};

function weightOf(tag: string, style: ReadonlyMap<string, string>): boolean | undefined {
  const weight = style.get('font-weight');
  if (weight !== undefined) return weight === 'bold' || weight === 'bolder' || Number(weight) >= 600;
  return tag === 'b' || tag === 'strong' ? true : undefined;
}

/** The look inside an element that stands in text of look `outer`. */
export function lookOf(element: Element, style: ReadonlyMap<string, string>, outer: Look): Look {
  const tag = element.localName.toLowerCase();
  const decoration = `${style.get('text-decoration') ?? ''} ${style.get('text-decoration-line') ?? ''}`;
  const align = style.get('vertical-align') ?? '';
  const link = outer.link || tag === 'a';
  return {
    link,
    bold: weightOf(tag, style) ?? outer.bold,
    underline: !link && (outer.underline || tag === 'u' || /underline/.test(decoration)),
    superscript: tag === 'sup' || align === 'super' || (outer.superscript && tag !== 'sub'),
    subscript: tag === 'sub' || align === 'sub' || (outer.subscript && tag !== 'sup'),
  };
}

/** Alignment of a block; what is justified or flush left counts as ordinary. */
export function alignOf(element: Element, style: ReadonlyMap<string, string>): 'center' | 'right' | null {
  const value = style.get('text-align') ?? element.getAttribute('align')?.toLowerCase() ?? '';
  if (value === 'center' || element.localName === 'center') return 'center';
  return value === 'right' || value === 'end' ? 'right' : null;
}

export const breaksPageBefore = (style: ReadonlyMap<string, string>): boolean =>
  style.get('page-break-before') === 'always' || style.get('break-before') === 'page';

/** A length in CSS pixels, from `120`, `120px`, `90pt`, `3cm`, `30mm`. */
export function pixels(length: string | null | undefined): number | undefined {
  const found = /^\s*([\d.]{1,8})\s*(px|pt|cm|mm|in)?\s*$/i.exec(length ?? '');
  if (!found) return undefined;
  const value = Number(found[1]);
  const perUnit: Record<string, number> = { px: 1, pt: 96 / 72, cm: 96 / 2.54, mm: 96 / 25.4, in: 96 };
  const result = value * (perUnit[(found[2] ?? 'px').toLowerCase()] ?? 1);
  return Number.isFinite(result) && result > 0 ? result : undefined;
}
