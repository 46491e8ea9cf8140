// One opened draft: its Yjs document, what of it is saved, and undo over all of its parts.
// Draws nothing and knows no editor.
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { computed, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import * as Y from 'yjs';
import type { DraftRow, OpenDraft, TextUpdate } from '@/api/generated/types';
import { asCallError, call, inBrowser, onDeskEvent } from '@/api/transport';
import { fromBase64, toBase64 } from './base64';
import { createOutbox } from './outbox';
import { DESK, FIX, FORM, declareRoots } from './roots';

/** Where the last edits are. */
export type SaveState =
  { kind: 'saved'; at: string } | { kind: 'saving' } | { kind: 'not_saved'; sentence: string };

export interface DraftSession {
  readonly id: string;
  readonly doc: Y.Doc;
  readonly undoManager: Y.UndoManager;
  readonly row: ShallowRef<DraftRow>;
  readonly originals: OpenDraft['originals'];
  readonly readOnly: Ref<boolean>;
  /** It is reviewed: what is typed is suggested, and sent when the person says so. */
  readonly review: OpenDraft['review'];
  /** Only the bodies may be written, or nothing: elements are values, and are not suggested. */
  readonly locked: Readonly<Ref<boolean>>;
  readonly save: ShallowRef<SaveState>;
  readonly canUndo: Ref<boolean>;
  readonly canRedo: Ref<boolean>;
  undo(): boolean;
  redo(): boolean;
  /** Applies what the desk made. A fix can be undone, a restored version is undone by restoring. */
  apply(update: TextUpdate, origin: typeof DESK | typeof FIX): void;
  /** Answers when the desk has every edit: before commands that read the text there. */
  settle(): Promise<void>;
  /** Answers when every edit is on the disk. */
  flush(): Promise<void>;
  retry(): void;
  close(): Promise<void>;
}

/** Edits within this many milliseconds are undone together. */
const UNDO_GROUP_MS = 500;

/** Opens a draft. Throws `CallError`. */
export async function openDraftSession(id: string): Promise<DraftSession> {
  // What others write may come before the answer does.
  const early: string[] = [];
  const stop = onDeskEvent((event) => {
    if (event.kind === 'text' && event.draft_id === id) early.push(event.update);
  });
  try {
    const opened = await call('draft_open', { id });
    const doc = new Y.Doc({ gc: true });
    doc.clientID = opened.client_id;
    declareRoots(doc);
    Y.applyUpdate(doc, fromBase64(opened.state), DESK);
    for (const update of early) Y.applyUpdate(doc, fromBase64(update), DESK);
    return bind(opened, doc);
  } finally {
    stop();
  }
}

function bind(opened: OpenDraft, doc: Y.Doc): DraftSession {
  const { id } = opened.row;
  const readOnly = ref(opened.read_only);
  const save = shallowRef<SaveState>({ kind: 'saved', at: opened.row.changed_at });
  const canUndo = ref(false);
  const canRedo = ref(false);
  const undoManager = new Y.UndoManager(doc, {
    captureTimeout: UNDO_GROUP_MS,
    trackedOrigins: new Set<unknown>([ySyncPluginKey, FORM, FIX]),
    captureTransaction: (transaction) => transaction.meta.get('addToHistory') !== false,
  });

  const notSaved = (sentence: string): void => {
    save.value = { kind: 'not_saved', sentence };
  };
  /** The desk saved while an edit was under way: nobody can say whether that edit was part of it. */
  let savedMeanwhile = false;
  const outbox = createOutbox(
    async (update) => {
      await call('draft_update', { id, lineage: opened.lineage, update: toBase64(update) });
    },
    {
      busy: (isBusy) => {
        if (isBusy && save.value.kind === 'saved') save.value = { kind: 'saving' };
        // A desk says by itself when it has saved; a server is asked.
        if (!isBusy && (savedMeanwhile || inBrowser())) void flush();
      },
      failed: (error) => notSaved(asCallError(error).sentence),
    },
  );

  const refreshUndo = (): void => {
    canUndo.value = undoManager.undoStack.length > 0;
    canRedo.value = undoManager.redoStack.length > 0;
  };
  for (const name of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) {
    undoManager.on(name, refreshUndo);
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === DESK || origin === FIX || readOnly.value) return;
    outbox.push(update);
  });

  const stopEvents = onDeskEvent((event) => {
    if (event.kind === 'not_saved' && event.draft_id === id) notSaved(event.sentence);
    if (event.kind === 'text' && event.draft_id === id) {
      Y.applyUpdate(doc, fromBase64(event.update), DESK);
    }
    if (event.kind === 'saved' && event.draft_id === id) {
      savedMeanwhile = !outbox.isEmpty();
      if (!savedMeanwhile) save.value = { kind: 'saved', at: event.at };
    }
  });

  const settle = (): Promise<void> => outbox.settle();
  async function flush(): Promise<void> {
    if (readOnly.value) return;
    savedMeanwhile = false;
    try {
      await settle();
      const { at } = await call('draft_flush', { id });
      if (outbox.isEmpty()) save.value = { kind: 'saved', at };
      // An edit came while the desk wrote, and may be part of it: the desk would say nothing more.
      else savedMeanwhile = true;
    } catch (error) {
      notSaved(asCallError(error).sentence);
    }
  }

  return {
    id,
    doc,
    undoManager,
    row: shallowRef(opened.row),
    originals: opened.originals,
    readOnly,
    review: opened.review,
    locked: computed(() => readOnly.value || opened.review !== null),
    save,
    canUndo,
    canRedo,
    undo: () => !readOnly.value && undoManager.undo() !== null,
    redo: () => !readOnly.value && undoManager.redo() !== null,
    apply: (update, origin) => Y.applyUpdate(doc, fromBase64(update.update), origin),
    settle,
    flush,
    retry() {
      outbox.retry();
      void flush();
    },
    async close() {
      await flush();
      stopEvents();
      outbox.stop();
      undoManager.destroy();
      doc.destroy();
      await call('draft_close', { id }).catch(() => undefined);
    },
  };
}
