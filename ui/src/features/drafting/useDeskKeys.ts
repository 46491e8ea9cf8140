// The keyboard path of the drafting screen.
import type { Drafting } from './context';
import { canCall } from '@/api/transport';
import { useShortcuts } from '@/keys';

/** The way of F6, by the numbers of the panes: as the eye goes, 核对 under or beside 正文. */
const ROUND = [0, 1, 3, 2];

/** What stands left of the text. */
export type LeftPane = 'elements' | 'sheet' | 'versions' | 'together' | 'process' | 'folded';

/** Something that can take the keyboard. */
export interface Pane {
  focus(): void;
}

export interface DeskKeys {
  /** 要素, 正文, 页面, 核对 as they are now; a pane that is folded unfolds when asked. */
  panes: readonly (() => Promise<Pane | null | undefined>)[];
  /** What of them is on the screen, in the same order. */
  roots: () => readonly (HTMLElement | null | undefined)[];
  toggleProof(): void;
  print(): void;
  /** Shows the body before or after the one that is open. */
  turnBody(by: 1 | -1): void;
  /** Whether two versions are compared: the keys of findings go from change to change then. */
  comparing(): boolean;
}

export function useDeskKeys({ session, findings, place, askSubmit }: Drafting, keys: DeskKeys): void {
  async function toPane(index: number): Promise<void> {
    const pane = await keys.panes[index]?.();
    pane?.focus();
  }
  function cycle(by: number): void {
    const roots = keys.roots();
    const round = ROUND.filter((index) => roots[index]);
    const now = round.findIndex((index) => roots[index]?.contains(document.activeElement));
    const next = now < 0 ? 0 : (now + by + round.length) % round.length;
    void toPane(round[next] ?? 0);
  }
  function fix(): void {
    const row = findings.open.value.find((one) => one.key === findings.current.value);
    if (row && row.fixes.length > 0 && !session.locked.value) void findings.fix(row, 0);
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
  const findingKey = (pressed: string, label: string, by: 1 | -1) => ({
    ...always(pressed, label, () => undefined),
    yields: true,
    act: (event: KeyboardEvent) => {
      if (keys.comparing()) return;
      event.preventDefault();
      finding(by);
    },
  });
  useShortcuts('drafting.keys', [
    always('Alt+1', 'elements', () => void toPane(0)),
    always('Alt+2', 'body', () => void toPane(1)),
    always('Alt+3', 'page', () => void toPane(2)),
    always('Alt+4', 'findings', () => void toPane(3)),
    always('F6', 'cycle', () => cycle(1)),
    always('Shift+F6', 'cycle_back', () => cycle(-1)),
    findingKey('F4', 'finding', 1),
    findingKey('Shift+F4', 'finding_back', -1),
    always('F7', 'fix', fix),
    always('Control+PageDown', 'next_body', () => keys.turnBody(1)),
    always('Control+PageUp', 'previous_body', () => keys.turnBody(-1)),
    always('F8', 'proof', () => keys.toggleProof()),
    ...(canCall('print_start') ? [always('$mod+p', 'print', () => keys.print())] : []),
    always('$mod+s', 'save', () => void session.flush()),
    always('$mod+Enter', 'submit', askSubmit),
    // In the form too one undo goes over the whole draft; the editor answers these keys by itself.
    always('$mod+z', 'undo', () => void session.undo()),
    always('$mod+y', 'redo', () => void session.redo()),
    always('$mod+Shift+z', 'redo', () => void session.redo()),
  ]);
}
