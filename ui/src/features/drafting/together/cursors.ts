// Where cursors are, in words that hold while others write: positions relative to what was written.
import type { EditorState } from '@tiptap/pm/state';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
  type ProsemirrorBinding,
} from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import type { Presence } from '@/api/generated/types';
import { fragmentOf, type BodyRoot } from '@/features/drafting/session/roots';

/** Somebody else's cursor in a body. */
export interface RemoteCursor {
  key: number;
  name: string;
  /** 1 to 6: which of the colours. */
  colour: number;
  anchor: number;
  head: number;
}

interface Said {
  root: string;
  anchor: unknown;
  head: unknown;
}

/** The longest description of a cursor that a line takes, in characters. */
const LONGEST = 1_000;
const COLOURS = 6;

/** A person's colour: the same for everyone who looks, and on every day. */
export function colourOf(personId: string): number {
  let sum = 0;
  for (const sign of personId) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 9_973;
  return (sum % COLOURS) + 1;
}

function bindingOf(state: EditorState): ProsemirrorBinding | undefined {
  const sync: unknown = ySyncPluginKey.getState(state);
  if (typeof sync !== 'object' || sync === null || !('binding' in sync)) return undefined;
  return (sync.binding as ProsemirrorBinding | null) ?? undefined;
}

/** The selection of an editor as it is told to others; empty where it cannot be told. */
export function tellCursor(root: BodyRoot, state: EditorState): string {
  const binding = bindingOf(state);
  if (!binding) return '';
  const { anchor, head } = state.selection;
  const place = (at: number): unknown =>
    absolutePositionToRelativePosition(at, binding.type, binding.mapping);
  const said = JSON.stringify({ root, anchor: place(anchor), head: place(head) } satisfies Said);
  return said.length <= LONGEST ? said : '';
}

function read(cursor: string): Said | undefined {
  try {
    const said: unknown = JSON.parse(cursor);
    if (typeof said !== 'object' || said === null) return undefined;
    if (!('root' in said) || !('anchor' in said) || !('head' in said)) return undefined;
    return typeof said.root === 'string' ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
}

/** The cursors of others in this body. What is of another body, or not understood, is left out. */
export function cursorsIn(
  root: BodyRoot,
  state: EditorState,
  doc: Y.Doc,
  people: readonly Presence[],
): RemoteCursor[] {
  const binding = bindingOf(state);
  if (!binding) return [];
  const place = (said: unknown): number | null => {
    try {
      const relative = Y.createRelativePositionFromJSON(said);
      return relativePositionToAbsolutePosition(doc, fragmentOf(doc, root), relative, binding.mapping);
    } catch {
      return null;
    }
  };
  return people.flatMap((person) => {
    const said = read(person.cursor);
    if (said?.root !== root) return [];
    const [anchor, head] = [place(said.anchor), place(said.head)];
    if (anchor === null || head === null) return [];
    const size = state.doc.content.size;
    return [
      {
        key: person.key,
        name: person.name,
        colour: colourOf(person.person_id),
        anchor: Math.min(anchor, size),
        head: Math.min(head, size),
      },
    ];
  });
}
