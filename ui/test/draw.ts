// A pointer over something that is written on.
import { byId, settle } from '@test/mount';

/** The place on the screen that everything written on fills in tests. */
const PLACE = { left: 0, top: 0, width: 400, height: 150 };

/** Draws a stroke through points of the screen. */
export async function draw(
  testid: string,
  points: readonly (readonly [x: number, y: number])[],
  more: PointerEventInit = {},
): Promise<void> {
  const sheet = byId(testid);
  sheet.getBoundingClientRect = () => ({ ...PLACE, x: 0, y: 0, right: 400, bottom: 150, toJSON: () => ({}) });
  const send = (type: string, [clientX, clientY]: readonly [number, number]) =>
    sheet.dispatchEvent(
      new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true, cancelable: true, ...more }),
    );
  const [first = [0, 0]] = points;
  send('pointerdown', first);
  for (const point of points.slice(1)) send('pointermove', point);
  send('pointerup', points.at(-1) ?? first);
  await settle(0);
}
