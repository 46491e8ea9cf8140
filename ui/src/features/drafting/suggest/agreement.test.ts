// The same suggestions read here and in Rust: crates/draft/tests/draft/suggested.rs takes the texts that are made here.
// `UPDATE_FIXTURES=1 npx vitest run suggest/agreement` writes them anew.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Node as ProseNode } from '@tiptap/pm/model';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { insertTable, runTable } from '@/features/drafting/editor/tableCommands';
import { fromBase64, toBase64 } from '@/features/drafting/session/base64';
import { dice, edit, lengthsOf, randomEdit } from './random';
import { settle } from './settle';
import { suggestionsOf } from './suggesting';
import {
  acceptedDoc,
  behind,
  meet,
  originalDoc,
  sit,
  textOf,
  type,
  withoutLayout,
  type TestDesk,
} from './testDesk';
import { kindOf } from './trace';

beforeAll(withoutLayout);

const FILE = '../crates/draft/tests/fixtures/suggestions.json';

interface Case {
  state: string;
  accepted: string[];
  original: string[];
  /** What is left of 乙's after 甲's were accepted. */
  partly: { accepted: string[]; original: string[] };
  suggestions: { id: string; author: string; inserted: string; deleted: string }[];
}

const lineOf = (node: ProseNode): string =>
  node.isTextblock
    ? `${kindOf(node)}: ${node.textBetween(0, node.content.size, '', '\n')}`
    : `${node.type.name}: ${node.textBetween(0, node.content.size, '\n', '\n')}`;

const linesOf = (doc: ProseNode): string[] => doc.content.content.map(lineOf);

function caseOf(desk: TestDesk): Case {
  const part = settle(desk.editor.state.tr, { author: '甲' }, true).doc;
  const partial = (take: boolean): string[] => {
    const { tr } = desk.editor.state;
    settle(tr, { author: '甲' }, true);
    return linesOf(settle(tr, 'all', take).doc);
  };
  expect(part.textContent).toBeDefined();
  return {
    state: toBase64(Y.encodeStateAsUpdate(desk.doc)),
    accepted: linesOf(acceptedDoc(desk)),
    original: linesOf(originalDoc(desk)),
    partly: { accepted: partial(true), original: partial(false) },
    suggestions: suggestionsOf(desk.editor).map(({ id, author, inserted, deleted }) => ({
      id,
      author,
      inserted,
      deleted,
    })),
  };
}

function randomCase(seed: number): Case {
  const roll = dice(seed + 3_000);
  const state = textOf('# 总体要求', '各乡镇要抓好落实。', '', '请于月底前报送县水利局。', '## 其他事项');
  const desks = [sit(state, 3, '甲'), sit(state, 4, '乙')] as const;
  for (let times = 0; times < 12; times += 1) {
    const desk = desks[roll(2) === 0 ? 0 : 1];
    edit(desk.editor, randomEdit(lengthsOf(desk.editor), roll));
    meet(...desks);
  }
  return caseOf(desks[0]);
}

function blocksCase(): Case {
  const plain = sit(textOf('前', '后'), 2);
  behind(plain, '前');
  insertTable(plain.editor, 2, 2);
  type(plain, '格');
  plain.editor.commands.insertContentAt(plain.editor.state.doc.content.size, { type: 'pageBreak' });
  const desks = [
    sit(Y.encodeStateAsUpdate(plain.doc), 3, '甲'),
    sit(Y.encodeStateAsUpdate(plain.doc), 4, '乙'),
  ] as const;
  const [one, other] = desks;
  behind(one, '格');
  type(one, '子');
  one.editor.commands.keyboardShortcut('Enter');
  type(one, '又一行');
  behind(other, '后');
  other.editor.commands.insertContent([{ type: 'hardBreak' }, { type: 'text', text: '另起' }]);
  meet(...desks);
  behind(other, '格');
  runTable(other.editor, 'row_after');
  const { doc } = other.editor.state;
  other.editor.commands.deleteRange({ from: doc.content.size - 1, to: doc.content.size });
  other.editor.commands.insertContentAt(0, {
    type: 'image',
    attrs: { src: PIXEL, widthTenthMm: 500, alt: '' },
  });
  meet(...desks);
  return caseOf(one);
}

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('suggestions of an editor', () => {
  it('are the same as when Rust last read them', () => {
    const made = [blocksCase(), ...Array.from({ length: 24 }, (_, seed) => randomCase(seed))];
    if (process.env.UPDATE_FIXTURES) writeFileSync(FILE, `${JSON.stringify(made, null, 1)}\n`);
    expect(made).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
  });

  it('that Rust has settled read here as there', () => {
    const cases = JSON.parse(readFileSync(FILE, 'utf8')) as Case[];
    const settled = JSON.parse(
      readFileSync('../crates/draft/tests/fixtures/settled.json', 'utf8'),
    ) as string[];
    expect(settled).toHaveLength(cases.length);
    settled.forEach((update, index) => {
      const one = cases[index];
      if (!one) throw new Error('no such case');
      const desk = sit(fromBase64(one.state), 9);
      Y.applyUpdate(desk.doc, fromBase64(update));
      expect(linesOf(acceptedDoc(desk)), `case ${index}`).toEqual(one.partly.accepted);
      expect(linesOf(originalDoc(desk)), `case ${index}`).toEqual(one.partly.original);
    });
  });
});
