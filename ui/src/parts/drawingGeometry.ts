// Where the lines of a drawing begin and end, where one comes to from a box, and what is drawn at a line's end.
import type { DrawingView, DrawnLink, DrawnShape } from '@/api/generated/types';

export interface Spot {
  x: number;
  y: number;
}
export type Way = 'up' | 'down' | 'left' | 'right';

/** The boxes a line joins; nothing where it ends in the open. */
interface Ends {
  from: string | undefined;
  to: string | undefined;
}

/** Lines touch the boxes' edges: so far may they miss them, in hundredths of a millimetre. */
const SLACK = 12;
/** What lies less far in a direction, lies beside. */
const LEAST_STEP = 200;
const ARROW = { length: 230, half: 95 };

/** Frames that are no part of the process: only what lies in them can be chosen. */
export const isBackground = (shape: DrawnShape): boolean => shape.kind === 'lane' || shape.kind === 'form';

const spotsOf = (link: DrawnLink): Spot[] =>
  Array.from({ length: Math.floor(link.points.length / 2) }, (_, at) => ({
    x: link.points[2 * at] ?? 0,
    y: link.points[2 * at + 1] ?? 0,
  }));

export const pathOf = (link: DrawnLink): string =>
  spotsOf(link)
    .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`)
    .join('');

/** The head of an arrow at the end of a line. */
export function arrowOf(link: DrawnLink): string {
  const [before, end] = spotsOf(link).slice(-2);
  if (!before || !end) return '';
  const length = Math.hypot(end.x - before.x, end.y - before.y) || 1;
  const [dx, dy] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const back = { x: end.x - dx * ARROW.length, y: end.y - dy * ARROW.length };
  const side = (sign: number) => `${back.x - sign * dy * ARROW.half} ${back.y + sign * dx * ARROW.half}`;
  return `M${end.x} ${end.y}L${side(1)}L${side(-1)}z`;
}

/** The middle of a line, as long as its pieces are. */
export function middleOf(link: DrawnLink): Spot {
  const spots = spotsOf(link);
  const pieces = spots
    .slice(1)
    .map((to, at) => ({ from: spots[at] ?? to, to }))
    .map(({ from, to }) => ({ from, to, long: Math.hypot(to.x - from.x, to.y - from.y) }));
  let left = pieces.reduce((sum, piece) => sum + piece.long, 0) / 2;
  for (const { from, to, long } of pieces) {
    if (left <= long && long > 0) {
      const part = left / long;
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    }
    left -= long;
  }
  return spots[0] ?? { x: 0, y: 0 };
}

/** Where a box is stood for: a frame by its words. */
export const centreOf = (shape: DrawnShape): Spot => ({
  x: shape.x + shape.w / 2,
  y: shape.y + (shape.head || shape.h) / 2,
});

const isIn = (shape: DrawnShape, { x, y }: Spot, slack: number): boolean =>
  x >= shape.x - slack &&
  x <= shape.x + shape.w + slack &&
  y >= shape.y - slack &&
  y <= shape.y + shape.h + slack;

function boxAt(shapes: readonly DrawnShape[], spot: Spot | undefined): string | undefined {
  if (!spot) return undefined;
  const size = (shape: DrawnShape) => shape.w * shape.h;
  const found = (slack: number) =>
    shapes.filter((shape) => isIn(shape, spot, slack)).sort((one, two) => size(one) - size(two))[0];
  return (found(0) ?? found(SLACK))?.id;
}

function lies(spot: Spot, link: DrawnLink): boolean {
  const spots = spotsOf(link);
  return spots.slice(1).some((to, at) => {
    const from = spots[at] ?? to;
    const within = (one: number, two: number, three: number) =>
      one >= Math.min(two, three) - SLACK && one <= Math.max(two, three) + SLACK;
    return within(spot.x, from.x, to.x) && within(spot.y, from.y, to.y);
  });
}

/** The ends of every line, in their order. One that runs on along another ends where that one does. */
export function endsOf(drawing: DrawingView): Ends[] {
  const boxes = drawing.shapes.filter((shape) => !isBackground(shape));
  return drawing.links.map((link) => {
    const spots = spotsOf(link);
    const last = spots.at(-1);
    const goesOn = link.arrow
      ? undefined
      : drawing.links.find((other) => other !== link && other.arrow && last && lies(last, other));
    return {
      from: boxAt(boxes, spots[0]),
      to: boxAt(boxes, goesOn ? spotsOf(goesOn).at(-1) : last),
    };
  });
}

/** How far a box lies in a direction; nothing where it does not. */
function distance(from: Spot, to: Spot, way: Way): number | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = { up: -dy, down: dy, left: -dx, right: dx }[way];
  const beside = Math.abs(way === 'up' || way === 'down' ? dx : dy);
  return along > LEAST_STEP ? along + 2 * beside : undefined;
}

/** The box one comes to from a box: along a line that goes this way, else the nearest that lies there. */
export function neighbourOf(
  drawing: DrawingView,
  ends: readonly Ends[],
  id: string,
  way: Way,
): string | undefined {
  const boxes = drawing.shapes.filter((shape) => !isBackground(shape));
  const from = boxes.find((shape) => shape.id === id);
  if (!from) return undefined;
  const linked = new Set(
    ends.flatMap(({ from: one, to: two }) => (one === id ? [two] : two === id ? [one] : [])),
  );
  // What lies in a frame is come to from its words.
  const inside = (shape: DrawnShape) => from.head > 0 && isIn(from, centreOf(shape), 0);
  const nearest = (among: readonly DrawnShape[]) =>
    among
      .flatMap((shape) => {
        const far = distance(centreOf(from), centreOf(shape), way);
        return shape === from || far === undefined ? [] : [{ id: shape.id, far }];
      })
      .sort((one, two) => one.far - two.far)[0]?.id;
  return nearest(boxes.filter((shape) => linked.has(shape.id) || inside(shape))) ?? nearest(boxes);
}
