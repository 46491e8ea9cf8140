// Strokes: from the pointer to what is kept, and what is cut out of the pad.
import { describe, expect, it } from 'vitest';
import { cropped, extend, inkPath, pointAt, pointsIn, PAD, type InkStroke } from '@/parts/ink';

const place = { left: 10, top: 20, width: 240, height: 90 };
const at = (clientX: number, clientY: number, more = {}) =>
  pointAt({ clientX, clientY, pressure: 0.5, pointerType: 'mouse', ...more }, place, PAD);

describe('a point', () => {
  it('is taken in hundredths of a millimetre of the box, however large it is shown', () => {
    expect(at(10, 20)).toEqual([0, 0, 500]);
    expect(at(250, 110)).toEqual([PAD.width, PAD.height, 500]);
    expect(at(130, 65)).toEqual([6000, 2250, 500]);
  });

  it('never lies outside the box', () => {
    expect(at(-900, 5000)).toEqual([0, PAD.height, 500]);
    expect(
      pointAt({ clientX: 5, clientY: 5, pressure: 0, pointerType: 'touch' }, { ...place, width: 0 }, PAD),
    ).toEqual([0, 0, 500]);
  });

  it('keeps the pressure of a pen, and of nothing else', () => {
    expect(at(10, 20, { pointerType: 'pen', pressure: 0.82 })[2]).toBe(820);
    expect(at(10, 20, { pointerType: 'pen', pressure: 0 })[2]).toBe(500);
    expect(at(10, 20, { pointerType: 'touch', pressure: 1 })[2]).toBe(500);
  });

  it('is left out where the pen was already', () => {
    const stroke: InkStroke = [];
    for (const x of [0, 5, 11, 12, 400]) extend(stroke, [x, 0, 500]);
    expect(stroke.map(([x]) => x)).toEqual([0, 12, 400]);
  });
});

describe('a sheet', () => {
  it('is no larger than what is written, with room around it', () => {
    const strokes: InkStroke[] = [
      [
        [3000, 1000, 500],
        [6000, 2400, 900],
      ],
      [[4000, 1500, 500]],
    ];
    const sheet = cropped(strokes, PAD);
    expect(sheet).toEqual({
      width: 3200,
      height: 1600,
      strokes: [
        [
          [100, 100, 500],
          [3100, 1500, 900],
        ],
        [[1100, 600, 500]],
      ],
    });
    expect(pointsIn(sheet?.strokes ?? [])).toBe(3);
  });

  it('keeps every point inside, at the edges and for a single dot too', () => {
    for (const x of [0, 40, 6000, PAD.width])
      for (const y of [0, 2000, PAD.height]) {
        const sheet = cropped([[[x, y, 500]]], PAD);
        const [left, top] = sheet?.strokes[0]?.[0] ?? [-1, -1];
        expect(sheet?.width).toBe(1000);
        expect(left >= 0 && left <= 1000 && top >= 0 && top <= (sheet?.height ?? 0)).toBe(true);
      }
    expect(cropped([], PAD)).toBeNull();
  });
});

it('draws a dot, and the same path for the same stroke', () => {
  expect(inkPath([[100, 100, 0]])).toBe('M86 100a14 14 0 1 0 28 0a14 14 0 1 0 -28 0z');
  const stroke: InkStroke = [
    [0, 0, 500],
    [500, 300, 500],
    [900, 0, 500],
    [900, 900, 1000],
  ];
  expect(inkPath(stroke)).toBe(inkPath([...stroke]));
  expect(inkPath(stroke)).not.toContain('NaN');
  expect(inkPath([])).toBe('');
});
