// How strong a password is, in words. The rule is the vault's: at least eight characters; the rest is advice.

export type Strength = 'empty' | 'short' | 'weak' | 'fair' | 'good';

export const MIN_LENGTH = 8;

const COMMON = /^(?:(.)\1+|12345678\d*|87654321|password\d*|qwerty\w*|abcd1234|admin\w*|1qaz2wsx)$/i;
const KINDS = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/];

/** Strength of a password, counted in characters as people see them. */
export function strengthOf(password: string): Strength {
  const length = [...password].length;
  if (length === 0) return 'empty';
  if (length < MIN_LENGTH) return 'short';
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  const different = new Set(password).size;
  if (COMMON.test(password) || different < 5 || (kinds === 1 && length < 12)) return 'weak';
  if (length >= 12 && (kinds >= 2 || length >= 16)) return 'good';
  return kinds >= 3 ? 'good' : 'fair';
}
