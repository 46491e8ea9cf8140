// What was typed for each task, kept while one goes from task to task. It is forgotten when the desk is locked.
import { reactive } from 'vue';
import type { TaskField, TaskForm, TaskHand } from '@/api/generated/types';
import { cropped, PAD, type InkStroke } from '@/parts/ink';
import type { OwnNotes } from '@/parts/pageNotes';
import type { Person } from '@/parts/person';
import { onLocked } from '@/session/session';

/** What stands in a field; a number stands as it was typed. */
export type Entered = boolean | string | string[];
type Sent = boolean | number | string | string[];

export interface Typed {
  words: string;
  items: Record<string, Entered>;
  chosen: Record<string, readonly Person[]>;
  /** What is written by hand in the pad. */
  hand: InkStroke[];
  /** What is written on pages. */
  notes: OwnNotes;
  /** Whether the pad is open, and whether the pages are written on. */
  isPadOpen: boolean;
  isMarking: boolean;
}

const kept = new Map<string, Typed>();
onLocked(() => kept.clear());

/** What is typed for a task; nothing at first. */
export function typedFor(taskId: string): Typed {
  const known = kept.get(taskId);
  if (known) return known;
  const made = reactive<Typed>({
    words: '',
    items: {},
    chosen: {},
    hand: [],
    notes: new Map(),
    isPadOpen: false,
    isMarking: false,
  });
  kept.set(taskId, made);
  return made;
}

/** Nothing is kept of what was done. */
export const forget = (taskId: string): boolean => kept.delete(taskId);

/** What stands in a field before anything is typed. */
function before({ kind, value }: TaskField): Entered {
  if (kind === 'yes_no') return value === true;
  if (kind === 'units' || kind === 'people') return Array.isArray(value) ? value : [];
  return value === null || typeof value === 'object' || typeof value === 'boolean' ? '' : String(value);
}

export const enteredIn = (typed: Typed, field: TaskField): Entered =>
  typed.items[field.name] ?? before(field);

const isEmpty = (entered: Entered): boolean => entered !== true && entered !== false && entered.length === 0;
const isNumber = (entered: Entered): boolean =>
  typeof entered === 'string' && /^\d{1,9}$/.test(entered.trim());

/**
 * The fields that are asked for now. One that goes with a choice of another is asked for, and must be filled, once that
 * choice is made; until then it is shown only where something stands in it already.
 */
export function askedFor(form: TaskForm, typed: Typed): TaskField[] {
  const chosen = (name: string): Entered | undefined => {
    const other = form.fields.find((one) => one.name === name);
    return other && enteredIn(typed, other);
  };
  return form.fields.flatMap((field) => {
    if (!field.with) return [field];
    if (chosen(field.with.field) === field.with.code) return [{ ...field, required: true }];
    return isEmpty(before(field)) ? [] : [field];
  });
}

interface Faults {
  missing: string[];
  unread: string[];
  early: string[];
}
export const FAULTLESS: Faults = { missing: [], unread: [], early: [] };

/** Names of fields that must be filled and are not, of those that cannot be read, and of days that are over already. */
export function faultsOf(form: TaskForm, typed: Typed): Faults {
  const entered = askedFor(form, typed).map((field) => ({ field, now: enteredIn(typed, field) }));
  const named = (rows: typeof entered) => rows.map(({ field }) => field.name);
  return {
    missing: named(entered.filter(({ field, now }) => field.required && isEmpty(now))),
    unread: named(
      entered.filter(({ field, now }) => field.kind === 'number' && !isEmpty(now) && !isNumber(now)),
    ),
    early: named(
      entered.filter(
        ({ field, now }) =>
          field.from !== undefined && !isEmpty(now) && now !== before(field) && String(now) < field.from,
      ),
    ),
  };
}

/** What goes out: what must be entered, what is offered, and what was changed. What was emptied stays as it was, except lists. */
export function itemsOf(form: TaskForm, typed: Typed): Record<string, Sent> {
  const items: Record<string, Sent> = {};
  for (const field of askedFor(form, typed)) {
    const now = enteredIn(typed, field);
    const isChanged = JSON.stringify(now) !== JSON.stringify(before(field));
    if (!isChanged && !field.required && !field.offered) continue;
    if (isEmpty(now) && !Array.isArray(now)) continue;
    items[field.name] = field.kind === 'number' ? Number(now) : now;
  }
  return items;
}

/** What was written by hand, as it goes out; nothing where nothing was. */
export function handOf({ hand, notes }: Typed): TaskHand | undefined {
  const opinion = cropped(hand, PAD);
  const noted = [...notes.values()].map(({ file, page, width, height, strokes }) => ({
    file,
    page,
    sheet: { width, height, strokes },
  }));
  return opinion || noted.length > 0 ? { opinion, notes: noted } : undefined;
}
