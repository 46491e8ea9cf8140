// Random edits as suggestions: accepting all of them gives the text that the same edits give without 修订, rejecting all
// of them gives the text as it was.
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { dice, edit, lengthsOf, moved, randomEdit, type Edit } from './random';
import { settleSuggestions } from './suggesting';
import { accepted, linesOf, meet, original, sit, textOf, withoutLayout, type TestDesk } from './testDesk';

beforeAll(withoutLayout);

const START = ['# 总体要求', '各乡镇要抓好落实。', '', '请于月底前报送县水利局。', '## 其他事项'];
const RUNS = 24;
const EDITS = 14;

describe('suggestions of two who take turns', () => {
  it.each(Array.from({ length: RUNS }, (_, seed) => seed))('run %i', (seed) => {
    const roll = dice(seed);
    const state = textOf(...START);
    const plain = sit(state, 2);
    const desks = [sit(state, 3, '甲'), sit(state, 4, '乙')] as const;
    const done: Edit[] = [];
    for (let times = 0; times < EDITS; times += 1) {
      const desk = desks[roll(2) === 0 ? 0 : 1];
      const what = randomEdit(lengthsOf(plain.editor), roll);
      done.push(what);
      expect(lengthsOf(desk.editor), `lines before ${JSON.stringify(done)}`).toEqual(lengthsOf(plain.editor));
      edit(plain.editor, what);
      edit(desk.editor, what);
      meet(...desks);
      const told = JSON.stringify(done);
      expect(original(desk), `rejected ${told}`).toEqual(START);
      expect(accepted(desk), `accepted ${told}`).toEqual(linesOf(plain.editor.state.doc));
    }
    for (const desk of desks) expect(accepted(desk)).toEqual(linesOf(plain.editor.state.doc));
    // For good, and through Yjs. (A text that becomes empty at once is not told to Yjs by the binding.)
    if (accepted(desks[0]).join('') === '') return;
    const decided = sit(Y.encodeStateAsUpdate(desks[0].doc), 5);
    settleSuggestions(decided.editor, 'all', true);
    expect(linesOf(sit(Y.encodeStateAsUpdate(decided.doc), 6).editor.state.doc)).toEqual(
      linesOf(plain.editor.state.doc),
    );
  });
});

describe('suggestions of two who do not know of each other', () => {
  // Each in other paragraphs: a mark of Yjs whose end two people move at once may be lost (decision 31).
  it.each(Array.from({ length: RUNS }, (_, seed) => seed))('run %i', (seed) => {
    const roll = dice(seed + 1_000);
    const lines = Array.from({ length: 8 }, (_, index) => `第${index}段，各乡镇要抓好落实。`);
    const state = textOf(...lines);
    const desks = [sit(state, 3, '甲'), sit(state, 4, '乙')] as const;
    for (let round = 0; round < 3; round += 1) {
      desks.forEach((desk, who) => {
        for (let times = 0; times < 4; times += 1) {
          const { from, lengths } = half(desk, who);
          edit(desk.editor, moved(randomEdit(lengths, roll), from));
        }
      });
      meet(...desks);
      const [one, other] = desks;
      expect(original(one)).toEqual(lines);
      expect(original(other)).toEqual(lines);
      expect(accepted(one)).toEqual(accepted(other));
    }
    // One person's suggestions rejected and the other's: nothing but the original is left.
    settleSuggestions(desks[0].editor, { author: '甲' }, false);
    settleSuggestions(desks[0].editor, { author: '乙' }, false);
    expect(linesOf(desks[0].editor.state.doc)).toEqual(lines);
  });

  it.each(Array.from({ length: RUNS }, (_, seed) => seed))('in the same words, run %i', (seed) => {
    const roll = dice(seed + 2_000);
    const state = textOf(...START);
    const desks = [sit(state, 3, '甲'), sit(state, 4, '乙')] as const;
    for (let round = 0; round < 3; round += 1) {
      for (const desk of desks) {
        for (let times = 0; times < 4; times += 1)
          edit(desk.editor, randomEdit(lengthsOf(desk.editor), roll));
      }
      meet(...desks);
      const [one, other] = desks;
      expect(one.editor.state.doc.toJSON()).toEqual(other.editor.state.doc.toJSON());
      expect(accepted(one)).toEqual(accepted(other));
      // Whatever becomes of marks, no word that stood is gone from the text.
      const words = one.editor.state.doc.textContent;
      let at = 0;
      for (const character of START.map((line) => line.replace(/^#+ /, '')).join('')) {
        at = words.indexOf(character, at) + 1;
        expect(at, `${character} of the original in ${words}`).toBeGreaterThan(0);
      }
    }
  });
});

/** The lines of one's half of the text: 甲 has what reads before 第4段, 乙 what follows. */
function half(desk: TestDesk, who: number): { from: number; lengths: number[] } {
  const lengths = lengthsOf(desk.editor);
  const end = accepted(desk).findIndex((line) => line.includes('第4段'));
  const middle = end < 0 ? 1 : end;
  return who === 0
    ? { from: 0, lengths: lengths.slice(0, Math.max(1, middle - 1)) }
    : { from: Math.min(lengths.length - 1, middle + 1), lengths: lengths.slice(middle + 1) };
}
