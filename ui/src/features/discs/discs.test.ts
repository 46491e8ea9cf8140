import { describe, expect, it } from 'vitest';
import type { BundleBoard, BundleEntry, BundleReport } from '@/api/generated/types';
import DiscsScreen from '@/features/discs/DiscsScreen.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk, type Desk } from '@test/desk';
import { byId, click, isShown, screenText, settle, show, type } from '@test/mount';

const peer = {
  id: 'server-1',
  name: '县政府办服务器',
  kind: 'server',
  level: 'extranet',
  crossing: 'downward',
  downward: false,
  repeat_window: 8,
  ended: false,
  written: 2,
  acknowledged: 1,
  received: 1,
};
const entry: BundleEntry = {
  direction: 'in',
  peer_id: 'server-1',
  peer: '县政府办服务器',
  seq: 1,
  hash: 'a'.repeat(64),
  crossing: 'upward',
  medium: '望府盘0002',
  operator: '何雨桐',
  approved_by: '',
  at: '2026-11-21T01:00:00.000Z',
  receipt: '0001-7K2M-9XTR-4HWP',
  acknowledged_at: '',
  covered: false,
};
const board = (part: Partial<BundleBoard> = {}): BundleBoard => ({
  level: 'office',
  peers: [peer],
  entries: [entry, { ...entry, direction: 'out', seq: 2, hash: 'b'.repeat(64), receipt: '' }],
  requests: [],
  ...part,
});
const report = (part: Partial<BundleReport> = {}): BundleReport => ({
  token: 'token-2',
  hash: 'c'.repeat(64),
  from: 'server-1',
  to: 'desk-1',
  seq: 2,
  from_level: 'extranet',
  to_level: 'office',
  medium: '望府盘0002',
  exported_at: '2026-11-21T01:00:00.000Z',
  files: [{ name: 'andu-0001.bin', bytes: 9, hash: 'd'.repeat(64), state: 'whole' }],
  strangers: [],
  signed: null,
  whole: true,
  code: 'ab12-cd34-ef56',
  ...part,
});

const submit = async (form: string) => {
  byId(form).dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
};

async function opened(part: Partial<BundleBoard> = {}): Promise<Desk> {
  const desk = useDesk({ bundle_list: () => board(part) });
  await show(DiscsScreen, { at: '/discs' });
  return desk;
}

describe('discs', () => {
  it('shows with whom discs are exchanged, and the register', async () => {
    await opened();
    expect(screenText()).toContain('县政府办服务器');
    expect(screenText()).toContain('回执码0001-7K2M-9XTR-4HWP');
    expect(screenText()).toContain('还不知道对方是否导入');
    await expectAccessible();
  });

  it('says what comes first where no server is declared', async () => {
    await opened({ peers: [], entries: [] });
    expect(screenText()).toContain('先把本机名片交给服务器管理员');
    expect((byId('discs-write') as HTMLButtonElement).disabled).toBe(true);
  });

  it('writes a disc into the folder that was chosen', async () => {
    const desk = await opened();
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'disc' });
    desk.answers.bundle_export = () => ({
      entry: { ...entry, direction: 'out', seq: 3 },
      covers_from: 2,
      files: 1,
      total_bytes: 900,
      commands: 4,
      outcomes: 0,
      rows: 0,
    });
    await click('discs-write');
    await type('disc-medium', '望府盘0003');
    await submit('disc-write-form');
    expect(desk.argsOf('bundle_export')).toEqual([
      { to: 'server-1', token: 'token-1', medium: '望府盘0003', restart: false },
    ]);
    expect(byId('disc-written').textContent).toContain('第 3 盘已写好');
    await expectAccessible();
  });

  it('looks at a disc first, then reads it in with who approved it', async () => {
    const desk = await opened();
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'disc' });
    desk.answers.bundle_check = () => report();
    desk.answers.bundle_import = () => ({
      entry: { ...entry, seq: 2 },
      already: false,
      lost: [],
      applied: 0,
      refused: 0,
      answered: 4,
      rows: 12,
    });
    await click('discs-read');
    await submit('disc-look-form');
    expect(desk.argsOf('bundle_check')).toEqual([{ token: 'token-1' }]);
    expect(isShown('disc-whole')).toBe(true);
    await type('disc-read-medium', '望府盘0002');
    await type('disc-check', 'ab12-cd34-ef56');
    await type('disc-approver', '贺知秋');
    await type('disc-form', '审〔2026〕3');
    await submit('disc-read-form');
    expect(desk.argsOf('bundle_import')).toEqual([
      {
        token: 'token-2',
        medium: '望府盘0002',
        check: 'ab12-cd34-ef56',
        approved_by: '贺知秋',
        form: '审〔2026〕3',
      },
    ]);
    expect(byId('disc-imported').textContent).toContain('收到答复 4 项');
    await expectAccessible();
  });

  it('does not offer to read in what is not whole, and says which file', async () => {
    const desk = await opened();
    const files = [{ name: 'andu-0002.bin', bytes: 9, hash: 'd'.repeat(64), state: 'cut' }];
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'disc' });
    desk.answers.bundle_check = () => report({ files, whole: false, code: '' });
    await click('discs-read');
    await submit('disc-look-form');
    expect(byId('disc-broken').textContent).toContain('andu-0002.bin 不完整');
    const act = byId('disc-read-form').querySelector<HTMLButtonElement>('button[type="submit"]');
    expect(act?.disabled).toBe(true);
  });

  it.each([
    ['skips a disc', 3, '第 2 盘还没有读入'],
    ['skips several', 5, '第 2 至 4 盘还没有读入'],
    ['came before', 1, '可能以前读过'],
  ])('tells before it is read in that the disc %s', async (_, seq, sentence) => {
    const desk = await opened();
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'disc' });
    desk.answers.bundle_check = () => report({ seq });
    await click('discs-read');
    await submit('disc-look-form');
    expect(byId('disc-warning').textContent).toContain(sentence);
    await expectAccessible();
  });

  it('tells at once that the number on the disc is not the one inside', async () => {
    const desk = await opened();
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'disc' });
    desk.answers.bundle_check = () => report();
    await click('discs-read');
    await submit('disc-look-form');
    expect(isShown('disc-warning')).toBe(false);
    await type('disc-read-medium', '望府盘000');
    expect(byId('disc-read-form').textContent).not.toContain('与盘上写明的');
    await type('disc-read-medium', '望府盘0003');
    expect(byId('disc-read-form').textContent).toContain('与盘上写明的“望府盘0002”不同');
  });

  it('keeps the sentence of a refusal beside the form', async () => {
    const desk = await opened();
    desk.answers.bundle_acknowledge = () => {
      throw refusal({ sentence: '回执码里有输错的字。请与对方核对后重新输入。' });
    };
    await click('discs-receipt');
    await type('disc-receipt-code', '0001');
    await submit('disc-receipt-form');
    expect(byId('disc-receipt-form').textContent).toContain('回执码里有输错的字');
  });

  it('declares a server once its fingerprint was shown', async () => {
    const desk = await opened({ peers: [], entries: [], level: '' });
    desk.answers.file_choose = () => ({ token: 'token-1', name: 'card.json' });
    desk.answers.bundle_card_read = () => ({
      id: 'server-1',
      kind: 'server',
      fingerprint: '01234 56789 01234 56789',
      text: '{}',
    });
    desk.answers.bundle_server_declare = () => ({ id: 'server-1', waiting: false });
    await click('discs-declare');
    await submit('disc-card-form');
    expect(byId('disc-declare-form').textContent).toContain('01234 56789 01234 56789');
    await type('disc-peer-name', '县政府办服务器');
    await submit('disc-declare-form');
    expect(desk.argsOf('bundle_server_declare')).toMatchObject([{ name: '县政府办服务器', downward: false }]);
  });
});
