// Title, attachments and 被印发件: the parts of a draft with roots of their own.
import * as Y from 'yjs';
import {
  FORM,
  attachmentRoot,
  attachmentsOf,
  fragmentOf,
  issuedOf,
  titleOf,
  type AttachmentEntry,
  type AttachmentOwner,
} from '@/features/drafting/session/roots';

/** 被印发件 without its bodies. */
export interface IssuedHead {
  present: boolean;
  title: string;
  subtitle: string;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value instanceof Y.Text ? value.toString() : '';

/** Changes a Y.Text into `next` by the smallest replacement, so that others' edits beside it survive. */
function replaceText(text: Y.Text, next: string): void {
  const now = text.toString();
  if (now === next) return;
  let head = 0;
  const most = Math.min(now.length, next.length);
  while (head < most && now[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < most - head && now[now.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  // A surrogate pair is never cut in two.
  if (head > 0 && /[\uD800-\uDBFF]/.test(next[head - 1] ?? now[head - 1] ?? '')) head -= 1;
  if (tail > 0 && /[\uDC00-\uDFFF]/.test(now[now.length - tail] ?? '')) tail -= 1;
  const removed = now.length - head - tail;
  if (removed > 0) text.delete(head, removed);
  const added = next.slice(head, next.length - tail);
  if (added) text.insert(head, added);
}

export const readTitle = (doc: Y.Doc): string => titleOf(doc).toString();

export function writeTitle(doc: Y.Doc, title: string): void {
  doc.transact(() => replaceText(titleOf(doc), title), FORM);
}

export function readIssued(doc: Y.Doc): IssuedHead {
  const map = issuedOf(doc);
  return {
    present: map.get('present') === true,
    title: textOf(map.get('title')),
    subtitle: textOf(map.get('subtitle')),
  };
}

export function writeIssued(doc: Y.Doc, changes: Partial<IssuedHead>): void {
  const map = issuedOf(doc);
  doc.transact(() => {
    for (const [key, value] of Object.entries(changes)) {
      if (value !== undefined && map.get(key) !== value) map.set(key, value);
    }
  }, FORM);
}

function readEntry(entry: unknown): AttachmentEntry | undefined {
  if (!(entry instanceof Y.Map)) return undefined;
  const id = textOf(entry.get('id'));
  if (!id) return undefined;
  return {
    id,
    title: textOf(entry.get('title')),
    separate: entry.get('separate') === true,
    landscape: entry.get('landscape') === true,
  };
}

/** The attachments in order; an entry without an id has no body and is passed over. */
export function readAttachments(doc: Y.Doc, owner: AttachmentOwner): AttachmentEntry[] {
  return attachmentsOf(doc, owner)
    .toArray()
    .map(readEntry)
    .filter((entry) => entry !== undefined);
}

function entryMap(entry: AttachmentEntry): Y.Map<unknown> {
  const map = new Y.Map<unknown>();
  for (const [key, value] of Object.entries(entry)) map.set(key, value);
  return map;
}

/** Adds an attachment at the end and answers with its id. */
export function addAttachment(doc: Y.Doc, owner: AttachmentOwner, title: string): string {
  const id = crypto.randomUUID();
  fragmentOf(doc, attachmentRoot(owner, id));
  doc.transact(() => {
    attachmentsOf(doc, owner).push([entryMap({ id, title, separate: false, landscape: false })]);
  }, FORM);
  return id;
}

const indexOf = (doc: Y.Doc, owner: AttachmentOwner, id: string): number =>
  attachmentsOf(doc, owner)
    .toArray()
    .findIndex((entry) => readEntry(entry)?.id === id);

export function changeAttachment(
  doc: Y.Doc,
  owner: AttachmentOwner,
  id: string,
  changes: Partial<Omit<AttachmentEntry, 'id'>>,
): void {
  const entry = attachmentsOf(doc, owner).get(indexOf(doc, owner, id));
  if (!(entry instanceof Y.Map)) return;
  doc.transact(() => {
    for (const [key, value] of Object.entries(changes)) {
      if (value !== undefined && entry.get(key) !== value) entry.set(key, value);
    }
  }, FORM);
}

/** Removes the entry. Its body stays in the document until then unseen, so that undo brings it back. */
export function removeAttachment(doc: Y.Doc, owner: AttachmentOwner, id: string): void {
  const index = indexOf(doc, owner, id);
  if (index >= 0) doc.transact(() => attachmentsOf(doc, owner).delete(index), FORM);
}

/** Moves an attachment by `step` places; the numbers in 附件说明 follow. */
export function moveAttachment(doc: Y.Doc, owner: AttachmentOwner, id: string, step: -1 | 1): void {
  const list = attachmentsOf(doc, owner);
  const from = indexOf(doc, owner, id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= list.length) return;
  const entry = readEntry(list.get(from));
  if (!entry) return;
  doc.transact(() => {
    list.delete(from);
    list.insert(to, [entryMap(entry)]);
  }, FORM);
}
