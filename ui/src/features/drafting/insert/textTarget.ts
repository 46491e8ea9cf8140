// Where inserted words go: the field one was typing in, or else the body.

/** A control that takes words. */
type TextControl = HTMLInputElement | HTMLTextAreaElement;

let last: TextControl | undefined;

const isTextControl = (element: unknown): element is TextControl =>
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLInputElement && /^(text|search|)$/.test(element.type));

/** Remembers which field of the form was left last; the body's editor counts as none. Bound to `focusout`. */
export function noteFocus(event: FocusEvent): void {
  const element = event.target;
  last = isTextControl(element) && element.closest('[data-field]') ? element : undefined;
}

export function useTextTarget() {
  let chosen: TextControl | undefined;
  return {
    /** Takes the field that was left to open a sheet of tools. */
    remember(): void {
      chosen = last;
    },
    /** Puts words into that field; `false` if there was none, and the body takes them. */
    insert(text: string): boolean {
      const control = chosen;
      chosen = undefined;
      if (!control?.isConnected || control.readOnly || control.disabled) return false;
      const start = control.selectionStart ?? control.value.length;
      control.setRangeText(text, start, control.selectionEnd ?? start, 'end');
      control.dispatchEvent(new Event('input', { bubbles: true }));
      control.focus();
      return true;
    },
  };
}
