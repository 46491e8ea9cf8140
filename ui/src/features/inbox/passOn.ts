// What may be done with a task besides deciding it, in the order in which it is offered.
export const PASS_ON = [
  'transfer',
  'add_before',
  'add_after',
  'add_beside',
  'delegate',
  'consult',
  'take_out',
] as const;

export type PassOn = (typeof PASS_ON)[number];
