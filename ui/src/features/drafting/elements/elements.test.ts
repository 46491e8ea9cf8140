// What the form writes is exactly what serde reads.
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { levelsWithin } from './ceiling';
import {
  addAttachment,
  changeAttachment,
  moveAttachment,
  readAttachments,
  readIssued,
  readTitle,
  removeAttachment,
  writeIssued,
  writeTitle,
} from './bodies';
import { readElements, writeElement, writeElements } from './fields';
import { codeOf, numberOf, wholeNumber } from './issueNumber';
import { withDetail, withNames } from './issuers';
import { isMissing } from './missing';

const json = (doc: Y.Doc): Record<string, unknown> => doc.getMap('elements').toJSON();

describe('elements', () => {
  it('stand in the map as serde writes them', () => {
    const doc = new Y.Doc();
    writeElements(doc, {
      document_type: 'request_for_instructions',
      direction: 'upward',
      classification: { level: 'secret', term: '10年' },
      issuers: [{ name: '青河县财政局' }],
      issue_number: { authority_code: '青财', year: 2026, serial: 3 },
      signatories: [{ name: '王晓燕' }],
      date_of_issue: '2026-11-21',
      imprint: { name: '青河县财政局办公室', date: null },
      disclosure: { kind: 'withheld', reason: '内部管理信息' },
    });
    expect(json(doc)).toEqual({
      document_type: 'request_for_instructions',
      direction: 'upward',
      classification: { level: 'secret', term: '10年' },
      issuers: [{ name: '青河县财政局' }],
      issue_number: { authority_code: '青财', year: 2026, serial: 3 },
      signatories: [{ name: '王晓燕' }],
      date_of_issue: '2026-11-21',
      imprint: { name: '青河县财政局办公室', date: null },
      disclosure: { kind: 'withheld', reason: '内部管理信息' },
    });
  });

  it('are left out where they are the default, but an empty suffix is no default', () => {
    const doc = new Y.Doc();
    writeElement(doc, 'note', '联系人');
    writeElement(doc, 'note', '');
    writeElement(doc, 'seal', 'none');
    writeElement(doc, 'seal', 'sealed');
    writeElement(doc, 'letterhead_suffix', '');
    expect(json(doc)).toEqual({ letterhead_suffix: '' });
    writeElement(doc, 'letterhead_suffix', null);
    expect(json(doc)).toEqual({});
  });

  it('of a wrong shape are read as the default, and nothing is written for what is the same', () => {
    const doc = new Y.Doc();
    doc.getMap('elements').set('issuers', 'nobody');
    doc.getMap('elements').set('copy_number', '7');
    doc.getMap('elements').set('attendance', { present: ['李××'] });
    const { issuers, copy_number, attendance } = readElements(doc);
    expect({ issuers, copy_number, attendance }).toEqual({
      issuers: [],
      copy_number: null,
      attendance: { present: ['李××'], excused: [], observers: [] },
    });
    let updates = 0;
    doc.on('update', () => (updates += 1));
    writeElement(doc, 'note', '');
    expect(updates).toBe(0);
  });
});

describe('the title', () => {
  it('changes by the smallest replacement, so that two writers meet', () => {
    const one = new Y.Doc();
    writeTitle(one, '关于开展清查的通知');
    const two = new Y.Doc();
    Y.applyUpdate(two, Y.encodeStateAsUpdate(one));
    writeTitle(one, '关于开展资产清查的通知');
    writeTitle(two, '关于开展清查的紧急通知');
    Y.applyUpdate(one, Y.encodeStateAsUpdate(two));
    expect(readTitle(one)).toBe('关于开展资产清查的紧急通知');
  });

  it('never cuts a surrogate pair', () => {
    const doc = new Y.Doc();
    writeTitle(doc, '𠮷');
    writeTitle(doc, '𠮶');
    expect(readTitle(doc)).toBe('𠮶');
  });
});

describe('attachments', () => {
  it('are maps with an id, keep their bodies when moved, and come back by undo', () => {
    const doc = new Y.Doc();
    const first = addAttachment(doc, 'document', '甲');
    const second = addAttachment(doc, 'document', '乙');
    doc.getXmlFragment(`attachment:${second}`).insert(0, [new Y.XmlElement('pageBreak')]);
    moveAttachment(doc, 'document', second, -1);
    changeAttachment(doc, 'document', first, { separate: true });
    expect(readAttachments(doc, 'document')).toEqual([
      { id: second, title: '乙', separate: false, landscape: false },
      { id: first, title: '甲', separate: true, landscape: false },
    ]);
    const undo = new Y.UndoManager(doc, { trackedOrigins: new Set<unknown>([null]), captureTimeout: 0 });
    doc.transact(() => removeAttachment(doc, 'document', second), null);
    expect(readAttachments(doc, 'document')).toHaveLength(1);
    undo.undo();
    expect(readAttachments(doc, 'document').map(({ id }) => id)).toEqual([second, first]);
    expect(doc.getXmlFragment(`attachment:${second}`).length).toBe(1);
  });

  it('of 被印发件 have roots of their own', () => {
    const doc = new Y.Doc();
    addAttachment(doc, 'issued', '附表');
    writeIssued(doc, { present: true, title: '条例' });
    expect(doc.getArray('issued:attachments').length).toBe(1);
    expect(doc.getArray('attachments').length).toBe(0);
    expect(readIssued(doc)).toEqual({ present: true, title: '条例', subtitle: '' });
  });
});

describe('small rules of the form', () => {
  it('a number begins with the code of the agency and the kind of paper', () => {
    expect(codeOf('望政办', 'document')).toBe('望政办发');
    expect(codeOf('望政办发', 'document')).toBe('望政办发');
    expect(codeOf('望政办发', 'letter')).toBe('望政办函');
    expect(codeOf('', 'document')).toBe('');
  });

  it('a number is complete or none; pasted whole it falls into its parts', () => {
    expect(numberOf({ code: '青政发', year: '2026', serial: '18' }, 'document')).toEqual({
      authority_code: '青政发',
      year: 2026,
      serial: 18,
    });
    expect(numberOf({ code: '', year: '2026', serial: '18' }, 'document')).toBeNull();
    expect(numberOf({ code: '', year: '2026', serial: '18' }, 'order')?.authority_code).toBe('');
    expect(wholeNumber('青政发[2026]第018号')).toEqual({ code: '青政发', year: '2026', serial: '18' });
    expect(wholeNumber('青政发')).toBeUndefined();
  });

  it('nothing above the ceiling is offered', () => {
    expect(levelsWithin('none')).toEqual([]);
    expect(levelsWithin('secret')).toEqual(['confidential', 'secret']);
    expect(levelsWithin('whatever')).toEqual([]);
  });

  it('an issuer that moves keeps its signature; an empty one is left out', () => {
    const issuers = withDetail([{ name: '甲' }, { name: '乙' }], 1, { signature: '乙局', post: '' });
    expect(withNames(issuers, ['乙', '甲'])).toEqual([{ name: '乙', signature: '乙局' }, { name: '甲' }]);
    expect(withNames(issuers, ['甲', '乙县'])).toEqual([{ name: '甲' }, { name: '乙县', signature: '乙局' }]);
  });

  it('a missing letterhead is the issuers missing', () => {
    expect(isMissing('issuers', ['letterhead'])).toBe(true);
    expect(isMissing('title', ['letterhead'])).toBe(false);
  });
});
