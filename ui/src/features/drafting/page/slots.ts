// Where a missing element would stand: a dashed slot beneath the element before it in the order of the paper.
import type { PageBox } from '@/api/generated/types';

const ORDER = [
  'copy_number',
  'classification',
  'urgency',
  'letterhead',
  'issuers',
  'telegram',
  'issue_number',
  'signatories',
  'red_line',
  'attendance',
  'title',
  'main_recipients',
  'body',
  'attachment_note',
  'signature',
  'date_of_issue',
  'seal',
  'note',
  'copy_recipients',
  'imprint',
];

/** Edges of 版心 (GB/T 9704-2012, 5.2) in millimetres. */
const LEFT_MM = 28;
const WIDTH_MM = 156;
const TOP_MM = 37;
const BOTTOM_MM = 262;
const HEIGHT_MM = 8;

export interface Slot {
  place: string;
  page: number;
  xMm: number;
  yMm: number;
  widthMm: number;
  heightMm: number;
}

const rank = (place: string): number => {
  const at = ORDER.indexOf(place.split('/')[0] ?? place);
  return at < 0 ? ORDER.length : at;
};

const isLower = (a: PageBox, b: PageBox): boolean =>
  a.page > b.page || (a.page === b.page && a.y_mm + a.height_mm > b.y_mm + b.height_mm);

/** A slot for each missing place; places that no page shows get none. */
export function slotsFor(missing: readonly string[], boxes: readonly PageBox[]): Slot[] {
  const slots: Slot[] = [];
  const wanted = missing.filter((place) => rank(place) < ORDER.length).sort((a, b) => rank(a) - rank(b));
  for (const place of wanted) {
    const before = boxes.filter((box) => rank(box.place) < rank(place));
    const last = before.reduce<PageBox | undefined>(
      (low, box) => (!low || isLower(box, low) ? box : low),
      undefined,
    );
    const page = last?.page ?? 0;
    let yMm = last ? last.y_mm + last.height_mm + 1 : TOP_MM;
    const above = slots[slots.length - 1];
    if (above?.page === page && yMm < above.yMm + HEIGHT_MM + 1) yMm = above.yMm + HEIGHT_MM + 1;
    yMm = Math.min(yMm, BOTTOM_MM - HEIGHT_MM);
    slots.push({ place, page, xMm: LEFT_MM, yMm, widthMm: WIDTH_MM, heightMm: HEIGHT_MM });
  }
  return slots;
}
