// Places lead to fields and blocks, and back.
import { expect, it } from 'vitest';
import { placeLabel } from './page/placeLabel';
import { slotsFor } from './page/slots';
import { belongsTo, placeOf, spotOf, type PlaceLists } from './places';

const entry = (id: string) => ({ id, title: id, separate: false, landscape: false });
const lists: PlaceLists = { attachments: [entry('a'), entry('b')], issuedAttachments: [entry('c')] };

it.each([
  ['body/3', 'body', 3],
  ['attachments/1/body/2', 'attachment:b', 2],
  ['issued_text/body/4', 'issued:body', 4],
  ['issued_text/attachments/0/body/1', 'issued:attachment:c', 1],
] as const)('%s is a block of its own editor, and the block leads back to it', (place, root, block) => {
  expect(spotOf(place, lists)).toEqual({ kind: 'block', root, block });
  expect(placeOf(root, block, lists)).toBe(place);
});

it.each([
  ['title', 'title'],
  ['issue_number', 'issue_number'],
  ['letterhead', 'issuers'],
  ['signature', 'issuers'],
  ['attachment_note', 'attachments'],
  ['attachments/0/title', 'attachments/0'],
  ['issued_text/title', 'issued_text/title'],
  ['main_recipients/2', 'main_recipients'],
  ['attachments/9/body/0', 'attachments'],
])('%s is edited in the field %s', (place, field) => {
  expect(spotOf(place, lists)).toEqual({ kind: 'field', field });
});

it('the boxes of what is edited are its own and those it makes', () => {
  expect(belongsTo('letterhead', 'issuers')).toBe(true);
  expect(belongsTo('body/1', 'body/1')).toBe(true);
  expect(belongsTo('body/10', 'body/1')).toBe(false);
});

it('a place is named for people', () => {
  expect(placeLabel('issued_text/attachments/0/body/1')).toBe('被印发件 附件1 正文第2段');
  expect(placeLabel('date_of_issue')).toBe('成文日期');
});

it('a missing element has a slot beneath the one before it, and slots do not cover each other', () => {
  const box = { page: 0, place: 'letterhead', x_mm: 28, y_mm: 72, width_mm: 156, height_mm: 16 };
  const slots = slotsFor(['main_recipients', 'title', 'unknown'], [box]);
  expect(slots.map(({ place, yMm }) => [place, yMm])).toEqual([
    ['title', 89],
    ['main_recipients', 98],
  ]);
});
