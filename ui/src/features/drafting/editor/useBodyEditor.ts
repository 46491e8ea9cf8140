// Holds the editor of the body that is shown: makes it, lets it go, and keeps page, findings and cursor together.
import type { Editor } from '@tiptap/core';
import { NodeSelection, TextSelection, type Transaction } from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { markRaw, onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { FindingRow } from '@/api/generated/types';
import { useDrafting, type Drafting } from '@/features/drafting/context';
import type { ImageRefusal } from '@/features/drafting/paste/images';
import type { PasteReport } from '@/features/drafting/paste/model';
import { spotOf } from '@/features/drafting/places';
import { fragmentOf, type BodyRoot } from '@/features/drafting/session/roots';
import { colourOf, cursorsIn, tellCursor } from '@/features/drafting/together/cursors';
import { toast } from '@/parts/notify';
import { t } from '@/text';
import { createBodyEditor } from './createEditor';
import { rangeOf, showMarks, type TextMark } from './marginMarks';
import { showOthers, type WrittenMark } from './remoteCursors';

export interface BodyEditor {
  readonly editor: Readonly<ShallowRef<Editor | undefined>>;
  /** Counts up with every change of text or selection: what the controls show depends on it. */
  readonly pulse: Ref<number>;
}

const tell = (report: PasteReport): void => {
  if (report.images > 0) toast(t('drafting.paste.images', { count: report.images }));
  if (report.isCut) toast(t('drafting.paste.cut'), 'trouble');
};
const refuse = (refusal: ImageRefusal): void => void toast(t(`drafting.image.${refusal}`), 'trouble');

/** The marks of the findings that concern this body. */
function marksFor(root: BodyRoot, drafting: Drafting): TextMark[] {
  const { findings, place } = drafting;
  const toneOf = (row: FindingRow): TextMark['tone'] =>
    row.kept_reason ? 'kept' : row.strength === '规定' ? 'rule' : 'advice';
  return findings.rows.value.flatMap((row) => {
    const spot = spotOf(row.place, place.lists());
    if (spot.kind !== 'block' || spot.root !== root) return [];
    const isCurrent = row.key === findings.current.value;
    return [{ key: row.key, block: spot.block, range: row.range, tone: toneOf(row), isCurrent }];
  });
}

/** Who wrote what in this body, where it was asked for. */
function writtenIn(root: BodyRoot, drafting: Drafting): WrittenMark[] {
  const { together, place } = drafting;
  return (together.spans.value ?? []).flatMap((span) => {
    const spot = spotOf(span.place, place.lists());
    if (spot.kind !== 'block' || spot.root !== root || span.person_id === '') return [];
    const { start, end, name } = span;
    return [{ block: spot.block, range: [start, end], colour: colourOf(span.person_id), name }];
  });
}

/** Undo restores a text, not a selection that the next key would replace. */
function collapse(editor: Editor): void {
  const { selection } = editor.state;
  if (selection instanceof TextSelection && !selection.empty) editor.commands.setTextSelection(selection.to);
}
function isUndo(transaction: Transaction): boolean {
  const sync: unknown = transaction.getMeta(ySyncPluginKey);
  return (
    typeof sync === 'object' &&
    sync !== null &&
    'isUndoRedoOperation' in sync &&
    sync.isUndoRedoOperation === true
  );
}

/** Selects what a request names and brings it into view. */
function goTo(editor: Editor, block: number, range: readonly [number, number] | null): void {
  const { doc } = editor.state;
  const at = Math.min(Math.max(0, block), doc.childCount - 1);
  const found = rangeOf(doc, { block: at, range });
  if (!found) return;
  const [from, to] = found;
  const node = doc.child(at);
  const selection = node.isAtom
    ? NodeSelection.create(doc, from)
    : range
      ? TextSelection.between(doc.resolve(from), doc.resolve(to))
      : TextSelection.near(doc.resolve(from + 1));
  editor.view.dispatch(editor.state.tr.setSelection(selection).scrollIntoView());
  editor.view.focus();
}

export function useBodyEditor(
  root: BodyRoot,
  host: Readonly<Ref<HTMLElement | null>>,
  label: string,
): BodyEditor {
  const drafting = useDrafting();
  const { session, findings, place, together, suggest } = drafting;
  const editor = shallowRef<Editor>();
  const pulse = ref(0);

  function tellPlace(): void {
    if (editor.value?.isFocused) place.atBlock(root, editor.value.state.selection.$from.index(0));
  }
  function draw(): void {
    if (editor.value) showMarks(editor.value.view, marksFor(root, drafting));
  }
  function drawOthers(): void {
    if (!editor.value) return;
    const { view, state } = editor.value;
    const cursors = cursorsIn(root, state, session.doc, together.here.value);
    showOthers(view, { cursors, written: writtenIn(root, drafting) });
  }
  function tellOthers(): void {
    if (editor.value?.isFocused) together.tell(tellCursor(root, editor.value.state));
  }
  function follow(): void {
    const { request } = place;
    const wish = request.value;
    if (!editor.value || wish?.spot.kind !== 'block' || wish.spot.root !== root) return;
    request.value = undefined;
    goTo(editor.value, wish.spot.block, wish.range);
  }

  onMounted(() => {
    if (!host.value) return;
    const made = createBodyEditor({
      element: host.value,
      fragment: fragmentOf(session.doc, root),
      editable: !session.readOnly.value,
      label,
      placeholder: t('drafting.body.placeholder'),
      undo: session.undo,
      redo: session.redo,
      submit: drafting.askSubmit,
      divideUndo: () => session.undoManager.stopCapturing(),
      suggester: suggest.suggester,
      onPasted: tell,
      onImageRefused: refuse,
    });
    made.on('transaction', ({ transaction }) => {
      pulse.value += 1;
      if (isUndo(transaction)) collapse(made);
      if (transaction.docChanged) suggest.refresh();
      // A cursor is often told before the text that it stands in.
      if (transaction.docChanged && together.here.value.length > 0) drawOthers();
    });
    made.on('selectionUpdate', () => {
      tellPlace();
      tellOthers();
    });
    made.on('focus', () => {
      tellPlace();
      tellOthers();
    });
    made.on('blur', () => together.tell(''));
    editor.value = markRaw(made);
    suggest.attach(editor.value);
    draw();
    drawOthers();
    follow();
  });
  watch([findings.rows, findings.current], draw);
  // What was corrected must not be written over by the next key.
  watch(findings.fixed, () => {
    if (editor.value) collapse(editor.value);
  });
  watch([together.here, together.spans], drawOthers);
  watch(place.request, follow);
  watch(session.readOnly, (readOnly) => editor.value?.setEditable(!readOnly));
  onBeforeUnmount(() => {
    suggest.attach(undefined);
    editor.value?.destroy();
    editor.value = undefined;
  });
  return { editor, pulse };
}
