// Strokes of a pen: how they are taken from the pointer, drawn, and handed over. Lengths are hundredths of a millimetre
// in a box, as they are kept.
import type { HandSheet } from '@/api/generated/types';

export type InkPoint = HandSheet['strokes'][number][number];
export type InkStroke = InkPoint[];
export interface Box {
  width: number;
  height: number;
}

/** As many are kept: `crates/document/src/handwriting.rs`. */
export const MOST_STROKES = 200;
export const MOST_POINTS = 20_000;
/** The pad: 120 mm by 45 mm. */
export const PAD: Box = { width: 12_000, height: 4_500 };
/** What a mouse and most fingers press with. */
const PLAIN = 500;
const FULL = 1000;
/** Points nearer than this to the one before say nothing. */
const NEAR = 12;
/** Half the width of a pen that is hardly pressed, and of one that is pressed hard; as on paper forms. */
const THIN = 14;
const THICK = 42;
/** Parts into which the way between two points is cut. */
const PARTS = 4;
/** Around what is cut out of the box, and the smallest side that is left. */
const MARGIN = 100;
const LEAST = 1000;

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));

/** Where the pointer is in a box that fills a rectangle of the screen. */
export function pointAt(
  event: Pick<PointerEvent, 'clientX' | 'clientY' | 'pressure' | 'pointerType'>,
  place: Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>,
  box: Box,
): InkPoint {
  const across = place.width > 0 ? (event.clientX - place.left) / place.width : 0;
  const down = place.height > 0 ? (event.clientY - place.top) / place.height : 0;
  const pressed = event.pointerType === 'pen' && event.pressure > 0 ? event.pressure * FULL : PLAIN;
  return [clamp(across * box.width, box.width), clamp(down * box.height, box.height), clamp(pressed, FULL)];
}

/** Puts a point at the end of a stroke, unless it is where the pen was already. */
export function extend(stroke: InkStroke, point: InkPoint): void {
  const last = stroke.at(-1);
  if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAR) stroke.push(point);
}

export const pointsIn = (strokes: readonly InkStroke[]): number =>
  strokes.reduce((sum, stroke) => sum + stroke.length, 0);

interface Dot {
  x: number;
  y: number;
  r: number;
}
const dotOf = ([x, y, pressure]: InkPoint): Dot => ({
  x,
  y,
  r: THIN + ((THICK - THIN) * pressure) / FULL,
});
const between = (a: Dot, b: Dot, part: number): Dot => ({
  x: a.x + (b.x - a.x) * part,
  y: a.y + (b.y - a.y) * part,
  r: a.r + (b.r - a.r) * part,
});

/** The way of the pen, bent from the middle of one piece to the middle of the next. */
function smoothed(dots: readonly Dot[]): Dot[] {
  const [first] = dots;
  const last = dots.at(-1);
  if (!first || !last || dots.length < 3) return [...dots];
  const way: Dot[] = [first];
  for (let at = 1; at < dots.length - 1; at += 1) {
    const [before, here, after] = dots.slice(at - 1, at + 2) as [Dot, Dot, Dot];
    const from = between(before, here, 0.5);
    const to = between(here, after, 0.5);
    for (let part = 0; part <= PARTS; part += 1) {
      const t = part / PARTS;
      way.push(between(between(from, here, t), between(here, to, t), t));
    }
  }
  way.push(last);
  return way;
}

const n = (value: number): string => String(Math.round(value * 10) / 10);
const circle = ({ x, y, r }: Dot): string =>
  `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`;

/** A piece of the way between two dots, wound as the dots are, so that what lies over each other stays filled. */
function joined(a: Dot, b: Dot): string {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length < 0.01) return '';
  const x = -(b.y - a.y) / length;
  const y = (b.x - a.x) / length;
  const corner = (dot: Dot, side: number) => `${n(dot.x + side * x * dot.r)} ${n(dot.y + side * y * dot.r)}`;
  return `M${corner(a, -1)}L${corner(a, 1)}L${corner(b, 1)}L${corner(b, -1)}z`;
}

/** What a stroke leaves, as the outline of an SVG path: as wide as the pen was pressed. */
export function inkPath(stroke: InkStroke): string {
  const way = smoothed(stroke.map(dotOf));
  const pieces = way.slice(1).map((dot, at) => joined(way[at] ?? dot, dot));
  return way.map(circle).join('') + pieces.join('');
}

/** A sheet no larger than what is written on it, with a little room around; nothing where nothing is written. */
export function cropped(strokes: readonly InkStroke[], box: Box): HandSheet | null {
  const all = strokes.flat();
  if (all.length === 0) return null;
  const span = (axis: 0 | 1, most: number) => {
    const values = all.map((point) => point[axis]);
    const low = Math.max(0, Math.min(...values) - MARGIN);
    const high = Math.min(most, Math.max(...values) + MARGIN);
    const size = Math.max(LEAST, high - low);
    return { low: Math.max(0, Math.min(low, most - size)), size };
  };
  const across = span(0, box.width);
  const down = span(1, box.height);
  return {
    width: across.size,
    height: down.size,
    strokes: strokes.map((stroke) =>
      stroke.map(([x, y, pressure]): InkPoint => [x - across.low, y - down.low, pressure]),
    ),
  };
}
