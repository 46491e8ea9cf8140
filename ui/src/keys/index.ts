// Keyboard shortcuts. Whatever an input method is composing is never a shortcut.
import { createKeybindingsHandler } from 'tinykeys';
import { onBeforeUnmount, onMounted, reactive } from 'vue';

/** One shortcut: `keys` in tinykeys' notation, `label` a key of the catalogue. */
export interface Shortcut {
  keys: string;
  label: string;
  act: (event: KeyboardEvent) => void;
  /** Also while typing in a field; only for shortcuts with Ctrl, Alt or F-keys. */
  whileTyping?: boolean;
  /** The act decides itself whether the key is its own; otherwise a focused control keeps it. */
  yields?: boolean;
}

/** Shortcuts under one heading of the sheet. */
interface Group {
  title: string;
  shortcuts: readonly Shortcut[];
}

/** What the sheet (`?`) shows: everything that is mounted now. */
export const activeGroups = reactive(new Map<symbol, Group>());

/** True while an input method composes: such a key belongs to it. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/** True if the event comes from a place where letters are typed. */
function isTyping(event: Event): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Keys that a focused button has its own use for belong to a list only when nothing else has the focus. */
export const onList =
  (act: () => void) =>
  (event: KeyboardEvent): void => {
    const target = event.target;
    const onGrid = target instanceof HTMLElement && target.role === 'grid' && !isTyping(event);
    if (target === document.body || onGrid) act();
  };

/** True while a dialog covers the screen: shortcuts of what lies beneath are silent. */
const isCovered = (event: Event): boolean => {
  const open = document.querySelector(
    '[role="dialog"][aria-modal="true"], [role="dialog"][data-state="open"]',
  );
  return open !== null && !(event.target instanceof Node && open.contains(event.target));
};

/** Wraps a handler of keys so that it is silent during composition. */
export function outsideComposition(act: (event: KeyboardEvent) => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!isComposing(event)) act(event);
  };
}

/** Binds shortcuts to the window while the component is mounted and lists them in the sheet. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const id = Symbol(title);
  const bindings = Object.fromEntries(
    shortcuts.map((shortcut) => [
      shortcut.keys,
      (event: KeyboardEvent) => {
        if (isCovered(event) || (isTyping(event) && !shortcut.whileTyping)) return;
        if (!shortcut.yields) event.preventDefault();
        shortcut.act(event);
      },
    ]),
  );
  // What to ignore is decided here: held keys repeat, and typing is known better than by the element's name.
  const handle = createKeybindingsHandler(bindings, { ignore: () => false });
  const listener = (event: KeyboardEvent) => {
    if (!isComposing(event) && !event.defaultPrevented) handle(event);
  };
  onMounted(() => {
    activeGroups.set(id, { title, shortcuts });
    window.addEventListener('keydown', listener);
  });
  onBeforeUnmount(() => {
    activeGroups.delete(id);
    window.removeEventListener('keydown', listener);
  });
}
