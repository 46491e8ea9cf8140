// What is said about boxes of a drawing from outside: how they stand, and words beside them.

/** Where it is now; done; passed by; taken back or no longer valid; something is wrong with it; come to just now. */
export type BoxMark = 'open' | 'passed' | 'skipped' | 'undone' | 'problem' | 'turn';

/** Something that goes about in a drawing, at a line or a box. */
export interface Token {
  id: number;
  at: string;
}
