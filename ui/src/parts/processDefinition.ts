// A definition of a process as it is written (andu.process/1): what screens read of it. All else is kept as it is.

export type Who =
  | 'author'
  | 'head'
  | 'chosen'
  | { person: string }
  | { post: string }
  | { unit: string }
  | { role: string }
  | { own_role: string }
  | { head_of: string }
  | { above: number }
  | { done_by: string }
  | { item: string }
  | { foreign: string };

export interface Seat {
  who: Who;
  weight?: number;
  veto?: boolean;
}
export type Guard =
  | { all: Guard[] }
  | { any: Guard[] }
  | { not: Guard }
  | { compare: { item: string; is: string; value: unknown } }
  | { entered: string }
  | { foreign: string };
export type Passing = 'all' | 'any' | { percent: number } | { count: number } | { weight: number };
export type Order = 'beside' | 'in_turn' | 'claim';
export type Opinion = 'optional' | 'for_refusal' | 'required';
type Empty = 'refuse' | 'skip' | { hand_to: Who[] };

interface SignOff {
  seats: Seat[];
  order?: Order;
  passing?: Passing;
  hears_all?: boolean;
  empty?: Empty;
  repeated?: string;
}
interface StepLimit {
  within: Readonly<Record<string, number>>;
  overdue?: unknown[];
}
export interface Step {
  type: 'step';
  act?: string;
  sign_off: SignOff;
  opinion?: Opinion;
  may?: string[];
  fields?: Record<string, string>;
  complete?: Guard;
  refused?: 'go_on' | 'stop' | { back: string };
  binds?: boolean;
  online?: boolean;
  limit?: StepLimit;
  due?: string;
  batch?: boolean;
  only_while?: string;
  /** What is said here stays with its readers (批示原件). */
  original?: boolean;
  /** The item with the copy (批示抄清) that is read here instead. */
  copy?: string;
}
interface Each {
  of: string;
  item?: string;
  in_turn?: boolean;
  done?: Passing;
}
type Kind =
  | Step
  | { type: 'group'; each?: Each }
  | { type: 'boundary'; at: string; on: unknown; cancels?: boolean }
  | {
      type:
        | 'start'
        | 'end'
        | 'auto'
        | 'choose'
        | 'parallel'
        | 'inclusive'
        | 'gather'
        | 'await'
        | 'wait'
        | 'throw'
        | 'call'
        | 'foreign';
    };

export interface ProcessNode {
  id: string;
  title?: string;
  inside?: string;
  part?: string;
  law?: string;
  kind: Kind;
  foreign?: unknown[];
}
export interface Flow {
  id: string;
  from: string;
  to: string;
  title?: string;
  when?: Guard;
  otherwise?: boolean;
  foreign?: unknown[];
}
export interface Item {
  name: string;
  title: string;
  kind: { type: string; options?: { code: string; title: string }[]; least?: number; most?: number };
  note?: string;
}
interface Form {
  id: string;
  title: string;
  items: string[];
}
interface Part {
  id: string;
  title: string;
  duties?: { title: string; steps: string[] }[];
}
export interface Definition {
  format: string;
  id: string;
  version: number;
  title: string;
  note?: string;
  items?: Item[];
  forms?: Form[];
  parts?: Part[];
  nodes: ProcessNode[];
  flows: Flow[];
  separations?: { steps: string[]; author?: boolean }[];
  limit?: { from?: string; [more: string]: unknown };
  drawing?: { shapes?: Record<string, unknown>; lines?: Record<string, unknown> };
  foreign?: unknown[];
}

/** Reads what the desk has written. */
export function readDefinition(json: string): Definition {
  const read: Definition = JSON.parse(json);
  return read;
}

export const titleOf = (definition: Definition, id: string): string =>
  definition.nodes.find((node) => node.id === id)?.title || id;

export const nodeOfId = (definition: Definition, id: string): ProcessNode | undefined =>
  definition.nodes.find((node) => node.id === id);
