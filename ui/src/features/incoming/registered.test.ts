// A registered document: its files, where it is, 代录, 催办, 传阅.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FileLook } from '@/api/generated/types';
import { deliver } from '@/api/transport';
import { today } from '@/format/time';
import IncomingScreen from '@/features/incoming/IncomingScreen.vue';
import { dismiss, toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import * as came from '@test/incoming';
import * as samples from '@test/samples';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';

let desk: Desk;
const pages: FileLook = {
  kind: 'pages',
  token: 'tok-1',
  pages: Array.from({ length: 3 }, () => ({ width_mm: 210, height_mm: 297 })),
};
const begin = (answers: Parameters<typeof useDesk>[0] = {}) => {
  deliver({ kind: 'stale', tags: ['session', 'incoming'] });
  desk = useDesk({
    incoming_open: () => came.view(),
    incoming_look: () => pages,
    process_record: () => ({ kind: 'applied' }),
    process_circulate: () => ({ kind: 'applied' }),
    process_reader: () => ({ kind: 'applied' }),
    process_urge: () => ({ kind: 'applied' }),
    ...answers,
  });
};
const open = async () => {
  const shown = await show(IncomingScreen, { at: '/incoming/came-0' });
  await settle(400);
  return shown;
};
const said = () => toasts.map((toast) => toast.text).join();
const picture = () => document.querySelector<HTMLImageElement>('[data-testid="file-pages"] img');

afterEach(() => {
  for (const toast of [...toasts]) dismiss(toast.id);
});

describe('a registered document', () => {
  it('shows number, entry, way, items and rounds, nothing to change, and is accessible', async () => {
    begin();
    await open();
    expect(byId('incoming-number').textContent).toBe('收〔2026〕1000号');
    expect(byId('trace-items').textContent?.replace(/\s/g, '')).toContain('牵头部门国资股');
    expect(byId('trace-rounds').textContent?.replace(/\s+/g, '')).toContain('已阅1/2');
    expect(screenText()).toContain('“知悉。”');
    // A limit of days ends with the first moment of the next day: its last day is said.
    expect(byId('trace').textContent).toContain('限 11月29日');
    expect(isShown('incoming-entry')).toBe(false);
    await expectAccessible();
  });

  it('turns pages, goes from file to file, and opens one again whose pictures were lost', async () => {
    begin();
    await open();
    expect(picture()?.src).toContain('/file/tok-1/0.png');
    await click('file-next');
    expect(picture()?.src).toContain('/file/tok-1/1.png');
    desk.answers.incoming_look = () => ({ ...pages, token: 'tok-2' });
    picture()?.dispatchEvent(new Event('error'));
    await settle();
    expect(picture()?.src).toContain('/file/tok-2/1.png');
    await press('ArrowRight', {}, byId('file-tab'));
    await settle(150);
    expect(desk.argsOf('incoming_look').at(-1)).toEqual({ id: 'came-0', file_id: 'file-2' });
    expect(picture()?.src).toContain('/file/tok-2/0.png');
  });

  it.each<[string, FileLook, string]>([
    ['a picture', { kind: 'picture', data: 'data:image/png;base64,AA==' }, 'file-picture'],
    ['words', { kind: 'words', lines: ['一、'], is_whole: false }, 'file-words'],
    ['a reason', { kind: 'unread', reason: '这种文件不能在这里显示。' }, 'file-unread'],
  ])('shows %s', async (_, look, testid) => {
    begin({ incoming_look: () => look });
    await open();
    expect(isShown(testid)).toBe(true);
    await expectAccessible();
  });

  it('takes a file out that cannot be shown', async () => {
    begin({
      incoming_look: () => ({ kind: 'unread', reason: '这种文件不能在这里显示。' }),
      original_write: () => ({ name: '云财资〔2026〕41号.pdf', bytes: 2_048 }),
    });
    await open();
    await click('file-export');
    expect(desk.argsOf('original_write')).toEqual([
      { draft_id: 'came-0', file_id: 'file-1', token: 'token-1' },
    ]);
    expect(said()).toContain('已导出：云财资〔2026〕41号.pdf');
  });

  it('says why a file is not here, and tries again', async () => {
    let isAway = true;
    begin({
      incoming_look: () => {
        if (isAway) throw refusal({ code: 'not_now', sentence: '文件在服务器上，联网后再看。' });
        return pages;
      },
    });
    await open();
    expect(screenText()).toContain('文件在服务器上');
    isAway = false;
    [...document.querySelectorAll('button')].find((one) => one.textContent?.includes('重试'))?.click();
    await settle();
    expect(picture()).not.toBeNull();
  });

  it('shows what the register says where only paper is here', async () => {
    begin({ incoming_open: () => came.view(0, { files: [] }) });
    await open();
    expect(byId('paper-entry').textContent).toContain('没有电子文件');
    expect(desk.argsOf('incoming_look')).toEqual([]);
  });
});

describe('what the keeper does', () => {
  it('begins a draft from a 代拟稿, and reads how it was given back', async () => {
    const row = came.row(0, { given_back: '2026-11-21 退回代拟单位：缺：起草说明。' });
    begin({
      incoming_open: () => came.view(0, { row }),
      intake_begin: () => ({ draft: { ...samples.draftRow(3), id: 'draft-7' }, file: '代拟稿.docx' }),
    });
    const { router } = await open();
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    expect(byId('incoming-given-back').textContent).toContain('缺：起草说明');
    await click('intake-begin');
    expect(desk.argsOf('intake_begin')).toEqual([{ incoming_id: 'came-0', file_id: null }]);
    expect(said()).toContain('已据来文“代拟稿.docx”建立文稿');
    expect(push).toHaveBeenCalledWith({ name: 'draft', params: { id: 'draft-7' } });
  });

  it('enters a decision from paper: whose, how, the words and the day there', async () => {
    begin();
    await open();
    await click('incoming-record');
    expect(screenText()).toContain('将标明“代录”');
    expect(byId('record-whose').textContent).toContain('批示 顾清和 局长');
    await expectAccessible();
    await click('record-yes');
    expect(desk.argsOf('process_record')).toEqual([]);
    expect(screenText()).toContain('纸质件上所署的日期');
    await type('record-words', '同意，请国资股牵头。');
    const day = byId('record-day') as HTMLInputElement;
    await type('record-day', today());
    day.dispatchEvent(new Event('change'));
    await settle();
    await click('record-yes');
    expect(desk.argsOf('process_record')).toEqual([
      {
        draft_id: 'came-0',
        visit: '1/instruct',
        person_id: 'person-顾清和',
        verdict: 'agree',
        words: '同意，请国资股牵头。',
        written_on: today(),
        scan: null,
      },
    ]);
    expect(isShown('record-dialog')).toBe(false);
    expect(said()).toContain('已代录顾清和的意见');
  });

  it('puts the scan of the paper beside the document, and names it with the decision', async () => {
    begin({
      file_choose: () => ({ token: 'token-3', name: '批示.jpg', folder: '桌面' }),
      record_attach: () => ({ id: 'scan-1', name: '批示.jpg', bytes: 12, is_here: true }),
    });
    await open();
    await click('incoming-record');
    await click('record-scan');
    expect(byId('record-scanned').textContent).toBe('批示.jpg');
    expect(desk.argsOf('record_attach')).toEqual([]);
    await click('record-circle');
    const day = byId('record-day') as HTMLInputElement;
    await type('record-day', today());
    day.dispatchEvent(new Event('change'));
    await settle();
    await click('record-yes');
    expect(desk.argsOf('record_attach')).toEqual([{ id: 'came-0', token: 'token-3' }]);
    expect(desk.argsOf('process_record')).toMatchObject([{ verdict: 'circle', scan: 'scan-1' }]);
  });

  it('asks for haste, reminds a reader and takes it back', async () => {
    begin();
    await open();
    await click('trace-urge');
    expect(desk.argsOf('process_urge')).toEqual([{ draft_id: 'came-0', visit: '1/instruct', note: '' }]);
    await click('reader-remind');
    await click('reader-withdraw');
    const about = { draft_id: 'came-0', round: 0, person_id: 'person-7' };
    expect(desk.argsOf('process_reader')).toEqual([
      { ...about, withdraw: false },
      { ...about, withdraw: true },
    ]);
    expect(document.querySelectorAll('[data-testid="reader-remind"]')).toHaveLength(1);
  });

  it('is not offered to others; they may give it to read', async () => {
    const { trace } = came;
    const rounds = trace.rounds.map((round) => ({ ...round, by: '苏望舒' }));
    begin({ incoming_open: () => came.view(0, { keeps: false, trace: { ...trace, rounds } }) });
    await open();
    for (const absent of ['incoming-record', 'trace-urge', 'reader-remind'])
      expect(isShown(absent), absent).toBe(false);
    await click('incoming-circulate');
    await settle(200);
    await expectAccessible();
    await click('circulate-yes');
    expect(desk.argsOf('process_circulate')).toEqual([]);
    const one = document.querySelector<HTMLElement>('[data-testid="circulate-person-one"]');
    one?.click();
    await type('circulate-note', '请阅第三部分。');
    await click('circulate-yes');
    expect(desk.argsOf('process_circulate')).toEqual([
      { draft_id: 'came-0', people: [one?.dataset.person], note: '请阅第三部分。' },
    ]);
    expect(said()).toContain('已送阅');
  });
});
