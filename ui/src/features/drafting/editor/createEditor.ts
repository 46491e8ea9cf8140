// Makes the editor of one body. Knows the schema, the paste pipeline and the keys; draws no controls.
import { Editor, Extension } from '@tiptap/core';
import { dropCursor } from '@tiptap/pm/dropcursor';
import { gapCursor } from '@tiptap/pm/gapcursor';
import { DOMParser as ProseParser, Slice, type ResolvedPos } from '@tiptap/pm/model';
import { Selection } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type * as Y from 'yjs';
import { textToHtml, transformPastedHTML } from '@/features/drafting/paste';
import { readImage, type ImageRefusal } from '@/features/drafting/paste/images';
import type { PasteReport } from '@/features/drafting/paste/model';
import { Suggesting, type Suggester } from '@/features/drafting/suggest/suggesting';
import { AutoHeading } from './autoHeading';
import { fillCells } from './fillCells';
import { ImageViews } from './imageView';
import { LevelKeys } from './levelKeys';
import { MarginMarks } from './marginMarks';
import { schemaExtensions } from './nodes';
import { HeadingNumbers } from './numbering';
import { RemoteCursors } from './remoteCursors';
import { YjsBinding } from './sync';
import { TableEditing } from './tableView';

export interface BodyEditorOptions {
  element: HTMLElement;
  fragment: Y.XmlFragment;
  editable: boolean;
  label: string;
  placeholder: string;
  undo(): boolean;
  redo(): boolean;
  submit(): void;
  /** Called before the program changes something by itself, so that undo stops there. */
  divideUndo(): void;
  /** Who edits: whose suggestions these are while 修订 is on. */
  suggester(): Suggester | undefined;
  onPasted(report: PasteReport): void;
  onImageRefused(refusal: ImageRefusal): void;
}

const Cursors = Extension.create({
  name: 'cursors',
  addProseMirrorPlugins: () => [gapCursor(), dropCursor({ color: false, class: 'drop-cursor' })],
});

/** Plain text of the clipboard as a slice of the body; inside a line only its words. */
function sliceOfText(text: string, context: ResolvedPos): Slice {
  const { schema } = context.doc.type;
  // Inert: the template's content belongs to no shown document and was made by us from escaped text.
  const parsed = new DOMParser().parseFromString(textToHtml(text), 'text/html');
  const slice = ProseParser.fromSchema(schema).parseSlice(parsed.body, { preserveWhitespace: true });
  return Slice.maxOpen(slice.content);
}

/** In an empty line the blocks come as they are: the first one keeps its place in the middle too. */
function intoEmptyLine(view: EditorView, slice: Slice): boolean {
  const { $from, empty } = view.state.selection;
  const isBlocks = slice.content.firstChild?.isBlock === true;
  if (!empty || !isBlocks || $from.depth !== 1 || $from.parent.content.size > 0) return false;
  if (!$from.parent.isTextblock || !view.state.doc.type.contentMatch.matchFragment(slice.content))
    return false;
  const closed = new Slice(slice.content, 0, 0);
  const transaction = view.state.tr.replaceRange($from.before(), $from.after(), closed);
  const end = $from.before() + slice.content.size;
  transaction.setSelection(
    Selection.near(transaction.doc.resolve(Math.min(end, transaction.doc.content.size)), -1),
  );
  view.dispatch(transaction.setMeta('paste', true).setMeta('uiEvent', 'paste').scrollIntoView());
  return true;
}

const imagesOf = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));

/** Text comes before pictures of it: spreadsheets and Word put both on the clipboard. */
const hasWords = (data: DataTransfer | null): boolean =>
  Boolean(data && (data.getData('text/html') || data.getData('text/plain')));

/** Puts image files into the body at the cursor. */
export async function insertImages(
  editor: Editor,
  files: readonly Blob[],
  refuse: (refusal: ImageRefusal) => void,
): Promise<void> {
  for (const file of files) {
    const read = await readImage(file);
    if ('refusal' in read) refuse(read.refusal);
    else if (!editor.isDestroyed) {
      const attrs = { src: read.source, widthTenthMm: 1200, alt: '' };
      editor.chain().focus().insertContent({ type: 'image', attrs }).run();
    }
  }
}

export function createBodyEditor(options: BodyEditorOptions): Editor {
  const take = (view: EditorView, data: DataTransfer | null): boolean => {
    const images = imagesOf(data);
    if (images.length === 0 || hasWords(data) || !view.editable) return false;
    void insertImages(editor, images, options.onImageRefused);
    return true;
  };
  // A table on the clipboard has merged cells and looks that its plain text has lost: the table editing takes it.
  const fill = (view: EditorView, data: DataTransfer | null): boolean => {
    if (!view.editable || !data || /<table[\s>]/i.test(data.getData('text/html'))) return false;
    return fillCells(view, data.getData('text/plain'));
  };
  const editor: Editor = new Editor({
    element: options.element,
    editable: options.editable,
    injectCSS: false,
    enableInputRules: false,
    enablePasteRules: false,
    extensions: [
      ...schemaExtensions,
      YjsBinding.configure({ fragment: options.fragment, undo: options.undo, redo: options.redo }),
      HeadingNumbers,
      AutoHeading.configure({ divideUndo: options.divideUndo }),
      LevelKeys.configure({ submit: options.submit }),
      TableEditing,
      ImageViews,
      MarginMarks,
      RemoteCursors,
      Suggesting.configure({ who: options.suggester }),
      Cursors,
    ],
    editorProps: {
      attributes: {
        class: 'body-text',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': options.label,
        'data-placeholder': options.placeholder,
        spellcheck: 'false',
        'data-testid': 'body-editor',
      },
      transformPastedHTML: (html) => transformPastedHTML(html, options.onPasted),
      clipboardTextParser: sliceOfText,
      handlePaste: (view, event, slice) =>
        take(view, event.clipboardData) || fill(view, event.clipboardData) || intoEmptyLine(view, slice),
      handleDrop: (view, event) => take(view, event.dataTransfer),
    },
  });
  return editor;
}
