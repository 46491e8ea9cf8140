// Theme and size of the window. What was chosen last is remembered outside the store, so that the lock screen has it too.
export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export type Size = 'standard' | 'large' | 'elder';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];
export const SIZES: readonly Size[] = ['standard', 'large', 'elder'];

const THEME_KEY = 'andu.theme';
const SIZE_KEY = 'andu.size';

const matches = (query: string): boolean => window.matchMedia?.(query).matches ?? false;

function shown(theme: Theme): string {
  if (theme !== 'system') return theme;
  if (matches('(prefers-contrast: more)')) return 'contrast';
  return matches('(prefers-color-scheme: dark)') ? 'dark' : 'light';
}

export const asTheme = (value: unknown): Theme => THEMES.find((theme) => theme === value) ?? 'system';
export const asSize = (value: unknown): Size => SIZES.find((size) => size === value) ?? 'standard';

let current: Theme = 'system';

/** Shows the window in this theme and size and remembers them. */
export function applyLook(theme: Theme, size: Size): void {
  current = theme;
  document.documentElement.dataset.theme = shown(theme);
  document.documentElement.dataset.size = size;
  try {
    localStorage.setItem(THEME_KEY, theme);
    localStorage.setItem(SIZE_KEY, size);
  } catch {
    // Without storage the next start begins with the system's look.
  }
}

/** Shows what was chosen last, and follows the system where that was chosen. */
export function recallLook(): void {
  applyLook(asTheme(localStorage.getItem(THEME_KEY)), asSize(localStorage.getItem(SIZE_KEY)));
  const follow = () => {
    document.documentElement.dataset.theme = shown(current);
  };
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
    window.matchMedia?.(query).addEventListener('change', follow);
}
