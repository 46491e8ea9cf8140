// Where the keyboard goes when a dialog opens: what it asks for first, never the button that closes it.

/** What a dialog names itself, when the order of its parts does not say it. */
const NAMED = '[data-first]';
const FIELD =
  '.body :is(input:not([type="checkbox"], [type="radio"], [type="file"]), select, textarea):not(:disabled, [tabindex="-1"])';
/** Nothing to fill in: Enter does what the dialog is for; where that destroys something, it does not. */
const ACT = '.actions .primary:not(:disabled)';
const BACK = '.actions button:not(:disabled)';
/** Milliseconds that what a dialog asks for may take to come. */
const PATIENCE_MS = 2000;

const firstIn = (dialog: HTMLElement): HTMLElement | null =>
  [NAMED, FIELD, ACT].map((way) => dialog.querySelector<HTMLElement>(way)).find((found) => found !== null) ??
  null;

/**
 * Puts the keyboard there. What is not there yet, because it is still being asked for, gets the keyboard when it
 * comes, unless the person has gone on by then. Answers whether it took the matter on, and how to give it up.
 */
export function focusFirst(dialog: HTMLElement): { taken: boolean; stop: () => void } {
  let placed = firstIn(dialog) ?? dialog.querySelector<HTMLElement>(BACK);
  if (!placed) return { taken: false, stop: () => undefined };
  placed.focus();
  const stop = (): void => {
    observer.disconnect();
    clearTimeout(timer);
  };
  const observer = new MutationObserver(() => {
    const active = document.activeElement;
    const isOurs = active === placed;
    // What had the keyboard may have gone again, and left it to the dialog.
    if (!isOurs && active !== dialog && active !== document.body) return stop();
    const now = firstIn(dialog);
    if (!now || now === placed || (isOurs && !placed?.matches(`${ACT}, ${BACK}`))) return;
    placed = now;
    now.focus();
  });
  observer.observe(dialog, { childList: true, subtree: true });
  const timer = setTimeout(stop, PATIENCE_MS);
  return { taken: true, stop };
}
