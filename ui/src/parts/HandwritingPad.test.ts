// The pad: drawn on with a pointer, taken back stroke by stroke, cleared, larger in a dialog.
import { defineComponent, h, ref } from 'vue';
import { beforeEach, describe, expect, it } from 'vitest';
import HandwritingPad from '@/parts/HandwritingPad.vue';
import { MOST_STROKES, type InkStroke } from '@/parts/ink';
import { expectAccessible } from '@test/axe';
import { draw } from '@test/draw';
import { byId, click, press, screenText, show } from '@test/mount';

const strokes = ref<InkStroke[]>([]);
const Pad = defineComponent(
  () => () =>
    h(HandwritingPad, { modelValue: strokes.value, 'onUpdate:modelValue': (now) => (strokes.value = now) }),
);
beforeEach(() => (strokes.value = []));
const line = [
  [40, 30],
  [200, 75],
  [360, 75],
] as const;

describe('the pad', () => {
  it('takes strokes of a mouse, and of a pen as hard as it was pressed', async () => {
    await show(Pad);
    await draw('hand-pad-sheet', line);
    await draw('hand-pad-sheet', line.slice(0, 1), { pointerType: 'pen', pressure: 0.9 });
    expect(strokes.value).toEqual([
      [
        [1200, 900, 500],
        [6000, 2250, 500],
        [10800, 2250, 500],
      ],
      [[1200, 900, 900]],
    ]);
    expect(screenText()).toContain('已写2笔');
    await expectAccessible();
  });

  it('hears one pointer at a time, and no other button', async () => {
    await show(Pad);
    await draw('hand-pad-sheet', line, { button: 2 });
    expect(strokes.value).toEqual([]);
  });

  it('takes the last stroke back with Ctrl+Z while the keyboard is there, and clears', async () => {
    await show(Pad);
    for (let n = 0; n < 3; n += 1) await draw('hand-pad-sheet', line);
    expect(document.activeElement).toBe(byId('hand-pad'));
    await press('z', { ctrlKey: true });
    expect(strokes.value).toHaveLength(2);
    await click('hand-pad-undo');
    expect(strokes.value).toHaveLength(1);
    await click('hand-pad-clear');
    expect(strokes.value).toEqual([]);
    expect(document.activeElement).toBe(byId('hand-pad'));
    await press('z', { ctrlKey: true });
    expect(strokes.value).toEqual([]);
  });

  it('is full at the limit and says so', async () => {
    strokes.value = Array.from({ length: MOST_STROKES }, (): InkStroke => [[10, 10, 500]]);
    await show(Pad);
    await draw('hand-pad-sheet', line);
    expect(strokes.value).toHaveLength(MOST_STROKES);
    expect(screenText()).toContain('已写满');
  });

  it('is larger in a dialog, on the same sheet', async () => {
    await show(Pad);
    await draw('hand-pad-sheet', line);
    await click('hand-larger');
    await draw('hand-large-sheet', line);
    expect(strokes.value).toHaveLength(2);
    await click('hand-large-done');
  });
});
