// Binds an editor to one root of the draft's Yjs document. Undo is the session's, over all roots at once.
import { Extension } from '@tiptap/core';
import { ySyncPlugin } from '@tiptap/y-tiptap';
import type * as Y from 'yjs';
import { formatSparingly } from './sparingFormat';

export interface BindingOptions {
  fragment: Y.XmlFragment | null;
  undo(): boolean;
  redo(): boolean;
}

export const YjsBinding = Extension.create<BindingOptions>({
  name: 'yjsBinding',
  priority: 1000,
  addOptions: () => ({ fragment: null, undo: () => false, redo: () => false }),
  addKeyboardShortcuts() {
    const { undo, redo } = this.options;
    const always = (act: () => boolean) => () => {
      act();
      return true;
    };
    return { 'Mod-z': always(undo), 'Mod-y': always(redo), 'Mod-Shift-z': always(redo) };
  },
  addProseMirrorPlugins() {
    const { fragment } = this.options;
    formatSparingly();
    return fragment ? [ySyncPlugin(fragment)] : [];
  },
});
