// The keyboard path of the drafting screen.
import type { Drafting } from './context';
import { useShortcuts } from '@/keys';

/** Something that can take the keyboard. */
export interface Pane {
  focus(): void;
}

export interface DeskKeys {
  /** 要素, 正文, 页面 as they are now; a pane that is folded unfolds when asked. */
  panes: readonly (() => Promise<Pane | null | undefined>)[];
  roots: () => readonly (HTMLElement | null | undefined)[];
  toggleProof(): void;
}

export function useDeskKeys({ session, findings, place, askSubmit }: Drafting, keys: DeskKeys): void {
  async function toPane(index: number): Promise<void> {
    const pane = await keys.panes[index]?.();
    pane?.focus();
  }
  function cycle(by: number): void {
    const roots = keys.roots();
    const now = roots.findIndex((root) => root?.contains(document.activeElement));
    const next = now < 0 ? 0 : (now + by + keys.panes.length) % keys.panes.length;
    void toPane(next);
  }
  function finding(by: 1 | -1): void {
    const row = findings.step(by);
    if (row) place.go(row.place, row.range);
  }
  const always = (pressed: string, label: string, act: () => void) => ({
    keys: pressed,
    label: `drafting.key.${label}`,
    whileTyping: true,
    act,
  });
  useShortcuts('drafting.keys', [
    always('Alt+1', 'elements', () => void toPane(0)),
    always('Alt+2', 'body', () => void toPane(1)),
    always('Alt+3', 'page', () => void toPane(2)),
    always('F6', 'cycle', () => cycle(1)),
    always('Shift+F6', 'cycle_back', () => cycle(-1)),
    always('F4', 'finding', () => finding(1)),
    always('Shift+F4', 'finding_back', () => finding(-1)),
    always('F8', 'proof', () => keys.toggleProof()),
    always('$mod+s', 'save', () => void session.flush()),
    always('$mod+Enter', 'submit', askSubmit),
    // In the form too one undo goes over the whole draft; the editor answers these keys by itself.
    always('$mod+z', 'undo', () => void session.undo()),
    always('$mod+y', 'redo', () => void session.redo()),
    always('$mod+Shift+z', 'redo', () => void session.redo()),
  ]);
}
