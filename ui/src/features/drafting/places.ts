// Places in a document, as pages, findings and fields name them (`body/3`, `issue_number`).
import type { AttachmentEntry, BodyRoot } from './session/roots';
import { attachmentRoot } from './session/roots';

/** Where a place is edited. */
export type Spot = { kind: 'block'; root: BodyRoot; block: number } | { kind: 'field'; field: string };

/** The lists that turn an index of a place into the id of an attachment. */
export interface PlaceLists {
  attachments: readonly AttachmentEntry[];
  issuedAttachments: readonly AttachmentEntry[];
}

/** Boxes of the page that no field of their own makes, and the field that makes them. */
const MADE_BY: Record<string, string> = {
  letterhead: 'issuers',
  red_line: 'issue_number',
  signature: 'issuers',
  seal: 'seal',
  attachment_note: 'attachments',
  page_number: 'format',
};

const BLOCK = /^(?:(issued_text)\/)?(?:attachments\/(\d+)\/)?body\/(\d+)/;

/** Which field or block makes a place. */
export function spotOf(place: string, lists: PlaceLists): Spot {
  const found = BLOCK.exec(place);
  if (found) {
    const owner = found[1] ? 'issued' : 'document';
    const block = Number(found[3]);
    if (found[2] === undefined) return { kind: 'block', root: found[1] ? 'issued:body' : 'body', block };
    const list = owner === 'issued' ? lists.issuedAttachments : lists.attachments;
    const entry = list[Number(found[2])];
    return entry
      ? { kind: 'block', root: attachmentRoot(owner, entry.id), block }
      : { kind: 'field', field: 'attachments' };
  }
  if (/^(issued_text\/)?body$/.test(place)) {
    return { kind: 'block', root: place === 'body' ? 'body' : 'issued:body', block: 0 };
  }
  return { kind: 'field', field: fieldOf(place) };
}

/** The form's field of a place: attachments and 被印发件 keep their path, others their first word. */
function fieldOf(place: string): string {
  const found = /^(?:issued_text\/)?attachments\/\d+/.exec(place);
  if (found) return found[0];
  if (place.startsWith('issued_text/')) return place.split('/').slice(0, 2).join('/');
  const first = place.split('/')[0] ?? place;
  return MADE_BY[first] ?? first;
}

/** The place of a block in the editor of `root`; `undefined` for a body that no list holds any more. */
export function placeOf(root: BodyRoot, block: number, lists: PlaceLists): string | undefined {
  if (root === 'body') return `body/${block}`;
  if (root === 'issued:body') return `issued_text/body/${block}`;
  const issued = root.startsWith('issued:');
  const id = root.slice((issued ? 'issued:attachment:' : 'attachment:').length);
  const list = issued ? lists.issuedAttachments : lists.attachments;
  const index = list.findIndex((entry) => entry.id === id);
  return index < 0 ? undefined : `${issued ? 'issued_text/' : ''}attachments/${index}/body/${block}`;
}

/** Whether the box of the page belongs to what is edited at `place`. */
export function belongsTo(box: string, place: string): boolean {
  if (box === place || box.startsWith(`${place}/`)) return true;
  return MADE_BY[box] === place;
}
