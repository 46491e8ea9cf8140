// The elements of a document as the form reads and writes them: the Y.Map `elements` in exactly the shape
// serde writes, where a missing key is the default.
import * as Y from 'yjs';
import type { OfficialDocument } from '@/api/generated/types';
import { FORM, elementsOf } from '@/features/drafting/session/roots';

/** Fields that stand in the map; title, bodies and attachments have roots of their own. */
export type Elements = Omit<OfficialDocument, 'title' | 'body' | 'attachments' | 'issued_text'>;
export type ElementName = keyof Elements;

/** What a missing key means. */
const DEFAULTS: Elements = {
  format: 'document',
  document_type: null,
  direction: 'downward',
  copy_number: null,
  classification: null,
  urgency: null,
  issuers: [],
  letterhead_suffix: null,
  issue_number: null,
  signatories: [],
  main_recipients: [],
  main_recipients_in_imprint: false,
  seal: 'sealed',
  date_of_issue: null,
  note: '',
  copy_recipients: [],
  imprint: null,
  disclosure: null,
  handling_mark: '',
  attendance: { present: [], excused: [], observers: [] },
  telegram: null,
  specimen: false,
};

const NAMES = Object.keys(DEFAULTS) as ElementName[];

/** Deep equality of plain JSON. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const left: Record<string, unknown> = { ...a };
  const right: Record<string, unknown> = { ...b };
  return keys.every((key) => key in right && isSame(left[key], right[key]));
}

function plain(value: unknown): unknown {
  return value instanceof Y.AbstractType ? value.toJSON() : value;
}

/** A value fits if it has the default's shape; what does not fit is read as the default. */
function fits(name: ElementName, value: unknown): boolean {
  const like = DEFAULTS[name];
  if (value === null || value === undefined) return false;
  if (Array.isArray(like)) return Array.isArray(value);
  if (like !== null) return typeof value === typeof like && !Array.isArray(value);
  switch (name) {
    case 'copy_number':
      return typeof value === 'number';
    case 'classification':
    case 'issue_number':
    case 'imprint':
    case 'disclosure':
    case 'telegram':
      return typeof value === 'object' && !Array.isArray(value);
    default:
      return typeof value === 'string';
  }
}

/** All elements, defaults filled in. */
export function readElements(doc: Y.Doc): Elements {
  const map = elementsOf(doc);
  const read: Record<string, unknown> = { ...DEFAULTS };
  for (const name of NAMES) {
    const value = plain(map.get(name));
    if (fits(name, value)) read[name] = value;
  }
  const attendance = plain(map.get('attendance'));
  if (typeof attendance === 'object' && attendance)
    read.attendance = { ...DEFAULTS.attendance, ...attendance };
  // Each key was checked against its default above.
  return read as Elements;
}

/** Writes one element; the default is written by leaving the key out. */
export function writeElement<N extends ElementName>(doc: Y.Doc, name: N, value: Elements[N]): void {
  const map = elementsOf(doc);
  if (isSame(plain(map.get(name)), value)) return;
  doc.transact(() => {
    if (value === null || isSame(value, DEFAULTS[name])) map.delete(name);
    else map.set(name, value);
  }, FORM);
}

/** Several elements in one step of undo. */
export function writeElements(doc: Y.Doc, values: Partial<Elements>): void {
  doc.transact(() => {
    for (const name of NAMES) {
      const value = values[name];
      if (value !== undefined) writeElement(doc, name, value as never);
    }
  }, FORM);
}
