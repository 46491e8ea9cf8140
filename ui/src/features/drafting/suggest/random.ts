// For tests: random edits of a text, done at once at a desk where they are suggestions and at one where they are not.
import type { Editor } from '@tiptap/core';
import { Fragment, Slice, type Node as ProseNode } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { cursorsOf } from './testDesk';

/** The same numbers for the same seed (mulberry32). */
export function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 100_000) % sides;
  };
}

type Place = readonly [line: number, at: number];

/** An edit by places in the text as it reads once everything is accepted. */
export type Edit =
  | { kind: 'type'; at: Place; words: string }
  | { kind: 'delete'; from: Place; to: Place }
  | { kind: 'replace'; from: Place; to: Place; words: string }
  | { kind: 'split'; at: Place }
  | { kind: 'join'; line: number }
  | { kind: 'level'; line: number; level: number }
  | { kind: 'paste'; at: Place; lines: string[] };

const WORDS = ['切实', '抓好', '落实', '甲', '二〇二六年', '，', '𠮷'];

export function randomEdit(lengths: readonly number[], roll: (sides: number) => number): Edit {
  const word = (): string => WORDS[roll(WORDS.length)] ?? '';
  const place = (): Place => {
    const line = roll(lengths.length);
    return [line, roll((lengths[line] ?? 0) + 1)];
  };
  const ordered = (): [Place, Place] => {
    const [one, other] = [place(), place()];
    const isBefore = one[0] < other[0] || (one[0] === other[0] && one[1] <= other[1]);
    return isBefore ? [one, other] : [other, one];
  };
  const near = (): [Place, Place] => {
    const [line, at] = place();
    return [
      [line, at],
      [line, Math.min(lengths[line] ?? 0, at + 1 + roll(3))],
    ];
  };
  const chosen = roll(20);
  if (chosen < 7) return { kind: 'type', at: place(), words: word() };
  if (chosen < 11) return { kind: 'delete', ...pair(near()) };
  if (chosen < 13) return { kind: 'replace', ...pair(near()), words: word() };
  if (chosen < 14) return { kind: 'delete', ...pair(ordered()) };
  if (chosen < 16) return { kind: 'split', at: place() };
  if (chosen < 17) return { kind: 'join', line: roll(lengths.length) };
  if (chosen < 19) return { kind: 'level', line: roll(lengths.length), level: roll(3) };
  return { kind: 'paste', at: place(), lines: [word(), word(), word()] };
}

const pair = ([from, to]: [Place, Place]): { from: Place; to: Place } => ({ from, to });

/** Does an edit, where the places of the text as it reads are `cursors`. */
function perform(editor: Editor, edit: Edit, cursors: readonly (readonly number[])[]): void {
  const at = ([line, offset]: Place): number => cursors[line]?.[offset] ?? 0;
  const put = (pos: number, to = pos): void => {
    const { tr } = editor.state;
    editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, pos, to)));
  };
  const { schema } = editor.state;
  switch (edit.kind) {
    case 'type':
      put(at(edit.at));
      for (const one of edit.words) editor.view.dispatch(editor.state.tr.insertText(one));
      break;
    case 'delete':
      if (at(edit.from) === at(edit.to)) break;
      // Not `deleteSelection`: that also takes what it believes to be the rest of a block.
      editor.view.dispatch(editor.state.tr.delete(at(edit.from), at(edit.to)));
      break;
    case 'replace':
      editor.view.dispatch(editor.state.tr.insertText(edit.words, at(edit.from), at(edit.to)));
      break;
    case 'split':
      put(at(edit.at));
      editor.commands.splitBlock();
      break;
    case 'join': {
      const before = cursors[edit.line - 1]?.at(-1);
      const after = cursors[edit.line]?.[0];
      if (before === undefined || after === undefined) break;
      editor.view.dispatch(editor.state.tr.delete(before, after));
      break;
    }
    case 'level': {
      put(at([edit.line, 0]));
      const kind = edit.level > 0 ? 'heading' : 'paragraph';
      editor.commands.setNode(kind, edit.level > 0 ? { level: edit.level, unnumbered: false } : {});
      break;
    }
    case 'paste': {
      put(at(edit.at));
      const lines = edit.lines.map((words): ProseNode => schema.node('paragraph', null, schema.text(words)));
      editor.view.dispatch(editor.state.tr.replaceSelection(new Slice(Fragment.fromArray(lines), 1, 1)));
      break;
    }
  }
}

/** Does an edit in the text as it reads at this desk. */
export function edit(editor: Editor, what: Edit): void {
  perform(editor, what, cursorsOf(editor.state.doc));
}

export const lengthsOf = (editor: Editor): number[] =>
  cursorsOf(editor.state.doc).map((cursors) => cursors.length - 1);

/** The same edit so many lines further on. */
export function moved(what: Edit, by: number): Edit {
  const place = ([line, at]: Place): Place => [line + by, at];
  if (what.kind === 'join' || what.kind === 'level') return { ...what, line: what.line + by };
  if (what.kind === 'delete' || what.kind === 'replace') {
    return { ...what, from: place(what.from), to: place(what.to) };
  }
  return { ...what, at: place(what.at) };
}
