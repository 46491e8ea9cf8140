// The roots of a draft's Yjs document, and who wrote into it.
import type * as Y from 'yjs';

/** Origin of edits made in the form. */
export const FORM = Symbol('form');
/** Origin of what the desk made: the opened state, a fix, a restored version. Never sent back. */
export const DESK = Symbol('desk');
/** Origin of a fix: never sent back either, but Ctrl+Z takes it back. */
export const FIX = Symbol('fix');

/** An entry of a list of attachments; its body is a root of its own. */
export interface AttachmentEntry {
  id: string;
  title: string;
  separate: boolean;
  landscape: boolean;
}

/** Which list of attachments: those of the document, or those of 被印发件. */
export type AttachmentOwner = 'document' | 'issued';

/** A body that the editor can be bound to, by the name of its root. */
export type BodyRoot = 'body' | 'issued:body' | `attachment:${string}` | `issued:attachment:${string}`;

export const elementsOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('elements');
export const titleOf = (doc: Y.Doc): Y.Text => doc.getText('title');
export const issuedOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('issued');
export const fragmentOf = (doc: Y.Doc, root: BodyRoot): Y.XmlFragment => doc.getXmlFragment(root);

export const attachmentsOf = (doc: Y.Doc, owner: AttachmentOwner): Y.Array<Y.Map<unknown>> =>
  doc.getArray(owner === 'document' ? 'attachments' : 'issued:attachments');

/** The root that holds the body of an attachment. */
export const attachmentRoot = (owner: AttachmentOwner, id: string): BodyRoot =>
  owner === 'document' ? `attachment:${id}` : `issued:attachment:${id}`;

/** Makes the roots known with their types, so that an update arriving later finds them. */
export function declareRoots(doc: Y.Doc): void {
  elementsOf(doc);
  titleOf(doc);
  issuedOf(doc);
  fragmentOf(doc, 'body');
  fragmentOf(doc, 'issued:body');
  attachmentsOf(doc, 'document');
  attachmentsOf(doc, 'issued');
}
