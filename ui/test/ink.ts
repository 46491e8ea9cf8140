// Invented handwriting, as it is kept and shown.
import type { HandSheet, ProcessTrace, WrittenHand } from '@/api/generated/types';
import { person, trace, visit } from '@test/tasks';

/** 同意, in a hand that presses harder where it goes down. */
const STROKES: readonly (readonly (readonly [x: number, y: number])[])[] = [
  [
    [300, 400],
    [280, 1200],
    [220, 2100],
  ],
  [
    [300, 420],
    [900, 380],
    [1500, 360],
    [1520, 1200],
    [1500, 1900],
    [1480, 2150],
    [1300, 2000],
  ],
  [
    [620, 850],
    [900, 820],
    [1200, 800],
  ],
  [
    [640, 1200],
    [660, 1500],
    [690, 1750],
  ],
  [
    [640, 1220],
    [900, 1190],
    [1180, 1180],
    [1160, 1450],
    [1120, 1720],
  ],
  [
    [690, 1720],
    [900, 1700],
    [1120, 1690],
  ],
  [
    [3000, 250],
    [3080, 330],
    [3140, 420],
  ],
  [
    [2500, 560],
    [3000, 520],
    [3600, 490],
  ],
  [
    [2760, 640],
    [2820, 740],
    [2860, 820],
  ],
  [
    [3380, 600],
    [3300, 720],
    [3220, 830],
  ],
  [
    [2350, 980],
    [3000, 920],
    [3800, 880],
  ],
  [
    [2700, 1120],
    [2720, 1350],
    [2740, 1580],
  ],
  [
    [2700, 1130],
    [3050, 1090],
    [3420, 1080],
    [3400, 1320],
    [3380, 1560],
  ],
  [
    [2740, 1340],
    [3050, 1320],
    [3380, 1310],
  ],
  [
    [2740, 1570],
    [3050, 1550],
    [3380, 1540],
  ],
  [
    [2450, 1800],
    [2380, 1980],
    [2300, 2150],
  ],
  [
    [2720, 1780],
    [2740, 2050],
    [2900, 2200],
    [3300, 2210],
    [3480, 2120],
    [3500, 1950],
  ],
  [
    [3020, 1760],
    [3100, 1840],
    [3160, 1930],
  ],
  [
    [3600, 1740],
    [3720, 1860],
    [3820, 2000],
  ],
];
const inHand = (
  strokes: typeof STROKES,
  [left, top]: readonly [number, number],
  width: number,
  height: number,
): HandSheet => ({
  width,
  height,
  strokes: strokes.map((stroke) =>
    stroke.map(([x, y], at): [number, number, number] => [left + x, top + y, 350 + Math.min(500, at * 160)]),
  ),
});
const sheet = inHand(STROKES, [0, 0], 4200, 2500);
const page = inHand(
  [
    [
      [0, 600],
      [300, 640],
      [700, 560],
      [1400, 600],
      [2100, 560],
      [2600, 600],
    ],
    [
      [2900, 300],
      [3050, 600],
      [3700, -300],
    ],
  ],
  [12_500, 16_400],
  21_000,
  29_700,
);

export const written = (part: Partial<WrittenHand> = {}): WrittenHand => ({
  hash: 'hand-1',
  person: '秦牧野',
  step: '办公室审核',
  at: '2026-11-20T03:00:00.000Z',
  stands: true,
  opinion: sheet,
  notes: [{ file: '', page: 1, sheet: page }],
  ...part,
});

const by = person('秦牧野', '科员', {
  verdict: 'agree',
  at: '2026-11-20T03:00:00.000Z',
  handwriting: 'hand-1',
});
/** The way of a document on which 办公室审核 was written by hand. */
export const handTrace: ProcessTrace = {
  ...trace,
  visits: [
    ...trace.visits.slice(0, 1),
    visit('1/office_review', '办公室审核', [by]),
    ...trace.visits.slice(-1),
  ],
};
