// What the form needs to know of single steps beyond what the process says: ready sentences, and how each is decided.
import { hasText, t } from '@/text';

/** Steps that are done or sent back: there is nothing to be for or against, and nothing to circle. */
const CLERICAL: readonly string[] = [
  ...['draft', 'register', 'proof', 'seal', 'release', 'archive'],
  ...['first_review', 'send_back', 'distribute', 'read', 'propose', 'assign', 'support', 'result', 'reply'],
];
/** Steps that are taken up or sent back: there is nothing that a circle would consent to. */
const NOT_CIRCLED: readonly string[] = ['take', 'close'];
/** Steps that are done one by one whatever a process says: each is a judgement or a signature of its own. */
const ONE_BY_ONE: readonly string[] = [
  ...['sign', 'sign_principal', 'joint_sign', 'instruct', 'countersign', 'recheck'],
  ...['head_review', 'legal_review', 'office_review', 'leader_review'],
];
/** Steps whose act is asked once more although the process does not bind by it. */
const ASKED_AGAIN: readonly string[] = ['seal'];

/** 常用意见 by step: how many sentences the catalogue holds for each. */
const PHRASES: Readonly<Record<string, number>> = {
  head_review: 2,
  countersign: 2,
  legal_review: 2,
  office_review: 2,
  leader_review: 2,
  sign: 2,
  sign_principal: 2,
  joint_sign: 1,
  recheck: 2,
  propose: 2,
  instruct: 2,
  support: 1,
  result: 1,
};

export const isJudged = (node: string): boolean => !CLERICAL.includes(node);
export const isCircled = (node: string): boolean => isJudged(node) && !NOT_CIRCLED.includes(node);
export const isOneByOne = (node: string): boolean => ONE_BY_ONE.includes(node);
export const asksAgain = (node: string): boolean => ASKED_AGAIN.includes(node);

/** Sentences that are often written in a step. */
export const phrasesOf = (node: string): string[] =>
  Array.from({ length: PHRASES[node] ?? 0 }, (_, at) => t(`ui.task.phrase.${node}.${at + 1}`));

/** What the button says that refuses: in some steps it is not consent that is withheld. */
export function refusalWord(node: string): string {
  const own = `ui.task.refuse.${node}`;
  return t(hasText(own) ? own : 'ui.task.refuse');
}

/** What follows from an act that binds. */
export function consequenceOf(node: string, fields: { title: string; act: string }): string {
  const own = `ui.task.binds.${node}`;
  return t(hasText(own) ? own : 'ui.task.binds.other', fields);
}
