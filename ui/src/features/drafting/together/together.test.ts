// 共同起草 on the screen: what others write, where they are, who wrote what, and what came late.
import { flushPromises, type VueWrapper } from '@vue/test-utils';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { CoDraft, Here, LateRow, LateView } from '@/api/generated/types';
import { queryClient } from '@/api/query';
import { deliver } from '@/api/transport';
import { writeTitle } from '@/features/drafting/elements/bodies';
import { toBase64 } from '@/features/drafting/session/base64';
import { draftDoc, keepDraft } from '@test/draftSample';
import { desk, mounted } from '@test/draftingScreen';
import * as samples from '@test/samples';
import { colourOf } from './cursors';

let screen: VueWrapper;
let doc: Y.Doc;

const row: LateRow = {
  id: 'late-1',
  name: '沈亦舟',
  cause: 'frozen',
  edits: 3,
  first_at: '2026-06-03T02:00:00.000Z',
  last_at: '2026-06-03T02:12:00.000Z',
  state: 'open',
};
const shared = (part: Partial<CoDraft> = {}): CoDraft => ({
  author: '何雨桐',
  is_author: true,
  has_server: true,
  people: [
    {
      id: 'invitation-1',
      person_id: 'person-1',
      name: '沈亦舟',
      invited_at: '2026-06-01T02:00:00.000Z',
      through_on: null,
      lasts: true,
    },
  ],
  late: [],
  unsent: 0,
  ...part,
});

async function open(state: CoDraft): Promise<void> {
  doc = draftDoc();
  keepDraft(desk, doc);
  desk.answers.preview_get = () => samples.preview('draft-0', 2);
  desk.answers.co_drafter_list = () => state;
  desk.answers.co_drafter_choose = () => [
    { person_id: 'person-1', name: '沈亦舟', department: '秘书科', post: '科员' },
    { person_id: 'person-2', name: '罗定邦', department: '财务科', post: '科长' },
  ];
  screen = await mounted();
}
const by = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`nothing at ${id}`);
  return found;
};
async function click(id: string): Promise<void> {
  by(id).click();
  for (let turn = 0; turn < 3; turn += 1) await flushPromises();
}

beforeEach(() => queryClient.clear());
afterEach(() => screen.unmount());

describe('a draft that several write', () => {
  it('takes in what another wrote, and does not send it back', async () => {
    await open(shared());
    const theirs = new Y.Doc();
    theirs.clientID = 77;
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(doc));
    const before = Y.encodeStateVector(theirs);
    writeTitle(theirs, '关于开展资产清查的通知（修改稿）');
    deliver({ kind: 'text', draft_id: 'draft-0', update: toBase64(Y.encodeStateAsUpdate(theirs, before)) });
    await flushPromises();
    expect(document.querySelector('.document-title')?.textContent).toContain('修改稿');
    expect(desk.argsOf('draft_update')).toEqual([]);
  });

  it('says who is here and what waits, in words', async () => {
    await open(shared({ unsent: 3, late: [row] }));
    deliver({
      kind: 'present',
      draft_id: 'draft-0',
      here: { turn: 2, people: [{ key: 1, person_id: 'person-1', name: '沈亦舟', cursor: '' }] },
    });
    await flushPromises();
    expect(by('together-mark').textContent).toBe('在线：沈亦舟；3 处修改待同步；1 人的迟到修改待处理');
  });

  it('keeps to the later word on who is here, in whatever order two arrive', async () => {
    const words: ((here: Here) => void)[] = [];
    desk.answers.live_cursor = () => new Promise<Here>((resolve) => words.push(resolve));
    await open(shared());
    await new Promise((resolve) => setTimeout(resolve, 200));
    deliver({
      kind: 'present',
      draft_id: 'draft-0',
      here: { turn: 5, people: [{ key: 1, person_id: 'person-1', name: '沈亦舟', cursor: '' }] },
    });
    expect(words).toHaveLength(1);
    words[0]?.({ turn: 4, people: [] });
    await flushPromises();
    expect(by('together-mark').textContent).toBe('在线：沈亦舟');
  });

  it('counts what waits after the desk has saved', async () => {
    await open(shared());
    expect(by('together-mark').textContent).not.toContain('待同步');
    desk.answers.co_drafter_list = () => shared({ unsent: 1 });
    deliver({ kind: 'saved', draft_id: 'draft-0', at: '2026-06-03T02:00:00.000Z' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await flushPromises();
    expect(by('together-mark').textContent).toContain('1 处修改待同步');
  });

  it('says nothing while nobody else writes along', async () => {
    await open(shared({ people: [] }));
    expect(document.querySelector('[data-testid="together-mark"]')).toBeNull();
  });

  it('is opened anew when it was frozen elsewhere', async () => {
    await open(shared());
    const before = desk.argsOf('draft_open').length;
    deliver({ kind: 'reopen', draft_id: 'draft-0' });
    for (let turn = 0; turn < 6; turn += 1) await flushPromises();
    expect(desk.argsOf('draft_open').length).toBe(before + 1);
  });

  it('shows a cursor of somebody else with the name', async () => {
    await open(shared());
    const body = doc.getXmlFragment('body').get(0) as Y.XmlElement;
    const text = body.get(0) as Y.XmlText;
    const at = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, 3)) as unknown;
    deliver({
      kind: 'present',
      draft_id: 'draft-0',
      here: {
        turn: 1,
        people: [
          {
            key: 1,
            person_id: 'person-1',
            name: '沈亦舟',
            cursor: JSON.stringify({ root: 'body', anchor: at, head: at }),
          },
          { key: 2, person_id: 'person-2', name: '罗定邦', cursor: '{"root":"body","anchor":{"type":7}' },
          { key: 3, person_id: 'person-3', name: '职员', cursor: '[]' },
        ],
      },
    });
    await flushPromises();
    const carets = [...document.querySelectorAll('[data-testid="remote-caret"]')];
    expect(carets.map((caret) => caret.textContent)).toEqual(['沈亦舟']);
    expect(carets[0]?.classList.contains(`person-${colourOf('person-1')}`)).toBe(true);
  });

  it('shows a cursor in a text that comes after it', async () => {
    await open(shared());
    const theirs = new Y.Doc();
    theirs.clientID = 77;
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(doc));
    const before = Y.encodeStateVector(theirs);
    const text = (theirs.getXmlFragment('body').get(0) as Y.XmlElement).get(0) as Y.XmlText;
    text.insert(text.length, '并报县政府');
    const at = Y.relativePositionToJSON(
      Y.createRelativePositionFromTypeIndex(text, text.length - 1),
    ) as unknown;
    const cursor = JSON.stringify({ root: 'body', anchor: at, head: at });
    const people = [{ key: 1, person_id: 'person-1', name: '沈亦舟', cursor }];
    deliver({ kind: 'present', draft_id: 'draft-0', here: { turn: 1, people } });
    await flushPromises();
    expect(document.querySelector('[data-testid="remote-caret"]')).toBeNull();
    deliver({ kind: 'text', draft_id: 'draft-0', update: toBase64(Y.encodeStateAsUpdate(theirs, before)) });
    await flushPromises();
    expect(by('remote-caret').textContent).toBe('沈亦舟');
  });
});

describe('the panel', () => {
  it('invites a colleague who is not there yet', async () => {
    desk.answers.co_drafter_invite = () => ({ kind: 'waiting' });
    await open(shared());
    await click('together');
    const select = by('together-who') as HTMLSelectElement;
    expect([...select.options].map((option) => option.value)).toEqual(['', 'person-2']);
    select.value = 'person-2';
    select.dispatchEvent(new Event('change'));
    await flushPromises();
    await click('together-invite');
    expect(desk.argsOf('co_drafter_invite')).toEqual([
      { id: 'draft-0', person_id: 'person-2', through_on: null },
    ]);
  });

  it('leaves deciding to the author', async () => {
    await open(shared({ is_author: false, late: [row] }));
    await click('together');
    expect(document.querySelector('[data-testid="together-invite"]')).toBeNull();
    expect(by('late-row').textContent).toContain('沈亦舟');
  });

  it('marks who wrote what, and takes the marks away again', async () => {
    desk.answers.draft_authorship = () => [
      { place: 'body/0', start: 0, end: 4, person_id: 'person-1', name: '沈亦舟' },
    ];
    await open(shared());
    await click('together');
    await click('together-written');
    expect(document.querySelector('.written')?.getAttribute('title')).toBe('沈亦舟');
    await click('together-written');
    expect(document.querySelector('.written')).toBeNull();
  });

  it('shows late edits three ways and takes them in', async () => {
    const view: LateView = {
      late: row,
      submitted: [{ runs: [{ text: '关于清查的通知' }] }, { runs: [{ text: '请遵照执行。' }] }],
      edited: [
        { runs: [{ text: '关于清查的通知' }] },
        { runs: [{ text: '请' }, { text: '认真', change: 'inserted' }, { text: '遵照执行。' }] },
      ],
      merged: [
        { runs: [{ text: '关于清查的通知' }] },
        { runs: [{ text: '请认真' }, { text: '遵照', change: 'deleted' }, { text: '执行。' }] },
      ],
      can_accept: true,
    };
    desk.answers.late_view = () => view;
    desk.answers.late_settle = () => ({ kind: 'applied' });
    await open(shared({ late: [row] }));
    await click('together');
    await click('late-look');
    expect(by('late-view').querySelector('ins')?.textContent).toBe('认真');
    expect(by('late-view').querySelector('del')?.textContent).toBe('遵照');
    await click('late-accept');
    expect(desk.argsOf('late_settle')).toEqual([{ id: 'draft-0', branch_id: 'late-1', accept: true }]);
  });

  it('can be used by everyone', async () => {
    await open(shared({ late: [row] }));
    await click('together');
    const found = await axe.run(by('together-panel'), { rules: { 'color-contrast': { enabled: false } } });
    expect(found.violations).toEqual([]);
  });
});
