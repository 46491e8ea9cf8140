// The elements as something a form can draw: a snapshot that follows the Yjs document, and writers.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type * as Y from 'yjs';
import {
  attachmentsOf,
  elementsOf,
  issuedOf,
  titleOf,
  type AttachmentEntry,
} from '@/features/drafting/session/roots';
import { readAttachments, readIssued, readTitle, type IssuedHead } from './bodies';
import { readElements, writeElement, writeElements, type ElementName, type Elements } from './fields';

export interface ElementModel {
  readonly doc: Y.Doc;
  readonly values: Readonly<ShallowRef<Elements>>;
  readonly title: Readonly<ShallowRef<string>>;
  readonly issued: Readonly<ShallowRef<IssuedHead>>;
  readonly attachments: Readonly<ShallowRef<AttachmentEntry[]>>;
  readonly issuedAttachments: Readonly<ShallowRef<AttachmentEntry[]>>;
  set<N extends ElementName>(name: N, value: Elements[N]): void;
  setAll(values: Partial<Elements>): void;
}

/** Follows `doc` until the surrounding effect scope ends. */
export function useElements(doc: Y.Doc): ElementModel {
  const values = shallowRef(readElements(doc));
  const title = shallowRef(readTitle(doc));
  const issued = shallowRef(readIssued(doc));
  const attachments = shallowRef(readAttachments(doc, 'document'));
  const issuedAttachments = shallowRef(readAttachments(doc, 'issued'));

  const followed: [Y.AbstractType<never>, () => void][] = [];
  const follow = (type: unknown, read: () => void): void => {
    const observed = type as Y.AbstractType<never>;
    observed.observeDeep(read);
    followed.push([observed, read]);
  };
  follow(elementsOf(doc), () => (values.value = readElements(doc)));
  follow(titleOf(doc), () => (title.value = readTitle(doc)));
  follow(issuedOf(doc), () => (issued.value = readIssued(doc)));
  follow(attachmentsOf(doc, 'document'), () => (attachments.value = readAttachments(doc, 'document')));
  follow(attachmentsOf(doc, 'issued'), () => (issuedAttachments.value = readAttachments(doc, 'issued')));
  onScopeDispose(() => followed.forEach(([type, read]) => type.unobserveDeep(read)));

  return {
    doc,
    values,
    title,
    issued,
    attachments,
    issuedAttachments,
    set: (name, value) => writeElement(doc, name, value),
    setAll: (all) => writeElements(doc, all),
  };
}
