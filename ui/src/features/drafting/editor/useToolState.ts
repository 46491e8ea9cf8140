// What the bar shows of the cursor's place: level, looks, table, image.
import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { computed, type ComputedRef } from 'vue';
import { headAt } from '@/features/drafting/suggest/line';
import { currentTable } from './tableCommands';
import type { BodyEditor } from './useBodyEditor';

export interface ToolState {
  /** 1 to 4 for headings, 0 for paragraphs, -1 for everything else. */
  level: number;
  unnumbered: boolean;
  centered: boolean;
  align: string | null;
  marks: ReadonlySet<string>;
  hasRunIn: boolean;
  table: { caption: string; landscape: boolean; headerRows: number } | null;
  image: { widthTenthMm: number; alt: string } | null;
}

const MARKS = ['bold', 'underline', 'superscript', 'subscript'] as const;

const ALIGNED: ReadonlySet<string> = new Set(['left', 'center', 'right']);

const NOTHING: ToolState = {
  level: -1,
  unnumbered: false,
  centered: false,
  align: null,
  marks: new Set(),
  hasRunIn: false,
  table: null,
  image: null,
};

function read(editor: Editor): ToolState {
  const { selection, doc, schema } = editor.state;
  const parent = selection.$from.parent;
  const name = parent.type.name;
  const isImage = selection instanceof NodeSelection && selection.node.type.name === 'image';
  const table = currentTable(editor)?.node;
  const { $from } = selection;
  // The kind that the line is to have, where that is suggested.
  const kind = parent.isTextblock && $from.depth > 0 ? headAt(doc, $from.pos).kind : '';
  const heading = /^(heading|plain)([1-4])$/.exec(kind);
  const runIn = schema.marks.runIn;
  return {
    level: heading ? Number(heading[2]) : kind && kind !== 'centered' && !table ? 0 : -1,
    unnumbered: heading?.[1] === 'plain',
    centered: kind === 'centered',
    align: ALIGNED.has(kind) ? kind : null,
    marks: new Set(MARKS.filter((mark) => editor.isActive(mark))),
    hasRunIn:
      name === 'heading' && runIn !== undefined && doc.rangeHasMark($from.start(), $from.end(), runIn),
    table: table
      ? {
          caption: String(table.attrs.caption),
          landscape: table.attrs.landscape === true,
          headerRows: Number(table.attrs.headerRows),
        }
      : null,
    image: isImage
      ? { widthTenthMm: Number(selection.node.attrs.widthTenthMm), alt: String(selection.node.attrs.alt) }
      : null,
  };
}

export function useToolState(body: BodyEditor): ComputedRef<ToolState> {
  return computed(() => {
    void body.pulse.value;
    return body.editor.value ? read(body.editor.value) : NOTHING;
  });
}
