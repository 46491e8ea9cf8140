// The whole screen over a desk of samples: by keyboard, by mouse, and as axe hears it.
import { flushPromises } from '@vue/test-utils';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import { queryClient } from '@/api/query';
import { deliver } from '@/api/transport';
import { asked } from '@/parts/ask';
import { screenCommands } from '@/parts/screenCommands';
import { draftDoc } from '@test/draftSample';
import { desk, elements, field, find, open, press, preview, screen, write } from '@test/draftingScreen';
import * as samples from '@test/samples';
import { codeOf } from './elements/issueNumber';

describe('the form', () => {
  it('writes each element in the shape of serde, at the desk', async () => {
    await open();
    await write(field('urgency').querySelector('select'), 'extra_urgent');
    await write(field('note').querySelector('input'), '（此件公开发布）');
    await write(field('seal').querySelector('select'), 'signature_seal');
    await write(field('copy_number').querySelector('input'), '000007');
    await write(field('disclosure').querySelector('select'), 'withheld');
    expect(elements()).toMatchObject({
      urgency: 'extra_urgent',
      note: '此件公开发布',
      seal: 'signature_seal',
      copy_number: 7,
      disclosure: { kind: 'withheld', reason: '' },
    });
  });

  it('offers no 密级 above the ceiling and says why', async () => {
    await open();
    const row = field('classification');
    expect(row.querySelectorAll('option')).toHaveLength(1);
    expect(row.textContent).toContain('非涉密环境');
  });

  it('asks for 签发人 only of 上行文', async () => {
    await open();
    expect(document.querySelector('[data-field="signatories"]')).toBeNull();
    const upward = [...field('direction').querySelectorAll('button')].find((one) =>
      one.textContent?.includes('上行文'),
    );
    upward?.click();
    await flushPromises();
    expect(field('signatories').textContent).toContain('尚缺');
  });

  it('proposes the code of the number before there is one, and who prints', async () => {
    const doc = draftDoc();
    doc.getMap('elements').delete('issue_number');
    doc.getMap('elements').delete('imprint');
    const issuer = samples.me.agency;
    doc.getMap('elements').set('issuers', [{ name: issuer }]);
    const office = { id: 'office', name: `${issuer}办公室`, short_name: '' };
    desk.answers.agency_list = () =>
      samples.agencies.slice(0, 1).flatMap((own) => [own, { ...own, ...office }]);
    queryClient.clear();
    await open({}, doc);
    expect(field('issue_number').querySelector('input')?.placeholder).toBe(
      codeOf(samples.me.authority_code, 'document'),
    );
    expect(elements()).not.toHaveProperty('issue_number');
    find('[data-testid="imprint-propose"]').click();
    await new Promise((resolve) => setTimeout(resolve, 120));
    await flushPromises();
    expect(elements().imprint).toMatchObject({ name: `${issuer}办公室` });
    expect(document.querySelector('[data-testid="imprint-propose"]')).toBeNull();
  });

  it('writes nothing while an input method composes', async () => {
    await open();
    const note = field('note').querySelector('input');
    if (!note) throw new Error('no control');
    note.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    await write(note, 'shui li');
    expect(elements().note).toBeUndefined();
    note.value = '水利';
    note.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(elements().note).toBe('水利');
  });

  it('adds an attachment with a tab of its own', async () => {
    await open();
    const add = [...field('attachments').querySelectorAll('button')].find((one) =>
      one.textContent?.includes('添加附件'),
    );
    add?.click();
    await flushPromises();
    expect([...document.querySelectorAll('[role="tab"]')].map((tab) => tab.textContent?.slice(0, 3))).toEqual(
      ['正文', '附件1', '附件2'],
    );
  });
});

describe('the page', () => {
  it('leads to the block and the field of what is clicked, and outlines what is edited', async () => {
    // The next frame is late: who clicked meanwhile keeps the cursor.
    const late: FrameRequestCallback[] = [];
    vi.spyOn(window, 'requestAnimationFrame').mockImplementation((frame) => late.push(frame));
    await open();
    expect(document.activeElement?.getAttribute('data-testid')).toBe('body-editor');
    find('[data-place="title"]').click();
    await flushPromises();
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    for (const frame of late) frame(0);
    vi.restoreAllMocks();
    expect(document.activeElement?.tagName).toBe('TEXTAREA');
    expect(find('[data-place="title"]').classList).toContain('current');
    find('[data-place="body/2"]').click();
    await flushPromises();
    expect(document.activeElement?.getAttribute('data-testid')).toBe('body-editor');
    expect(find('[data-place="body/2"]').classList).toContain('current');
  });

  it('keeps the old picture until the new one is there', async () => {
    await open();
    const first = find('.layer');
    first.dispatchEvent(new Event('load'));
    await flushPromises();
    const shown = (): string[] =>
      [...find('[data-page="0"]').querySelectorAll('.layer:not(.behind)')].map(
        (one) => one.getAttribute('src') ?? '',
      );
    const before = shown();
    const next = preview({ revision: 6 });
    next.pages = next.pages.map((page) => ({ ...page, hash: `${page.hash}-new` }));
    deliver({ kind: 'preview', preview: next });
    await flushPromises();
    expect(shown()).toEqual(before);
    find('[data-page="0"] .layer.behind').dispatchEvent(new Event('load'));
    await flushPromises();
    expect(shown()[0]).toContain('-new');
  });

  it('stays as it was when an older answer arrives late', async () => {
    await open();
    deliver({ kind: 'preview', preview: preview({ revision: 2, missing: ['title'] }) });
    await flushPromises();
    expect(document.querySelector('[data-missing="title"]')).toBeNull();
    expect(document.querySelector('[data-missing="signatories"]')).not.toBeNull();
  });

  it('F8 measures it and lists what failed first', async () => {
    await open();
    await press('F8');
    const rows = [...find('[data-testid="proof-list"]').querySelectorAll('tbody tr')];
    expect(rows[0]?.textContent).toContain('不合格');
    expect(rows[0]?.textContent).toContain('4.61');
    expect(document.querySelectorAll('.mark.fail')).toHaveLength(1);
    await press('F8');
    expect(document.querySelector('[data-testid="proof-list"]')).toBeNull();
  });
});

describe('findings', () => {
  it('stand by their strength, with the article in place, the kept ones folded', async () => {
    await open();
    const headings = [...find('[data-testid="findings"]').querySelectorAll('h3')].map(
      (one) => one.textContent,
    );
    expect(headings).toEqual(['规定（必须改正）1', '实务（供斟酌）1']);
    expect(find('[data-testid="finding"] blockquote').textContent).toContain('第十九条');
    expect(find('.kept summary').textContent).toContain('1 条');
  });

  it('say what is checked where there are none, and only there', async () => {
    await open({}, draftDoc(), []);
    expect(find('[data-testid="findings-clean"]').textContent).toContain('注明依据');
    screen.unmount();
    await open();
    expect(document.querySelector('[data-testid="findings-clean"]')).toBeNull();
  });

  it('F4 goes to the next and selects its words; a fix reaches the text and can be undone', async () => {
    await open();
    await press('F4');
    expect(find('.finding.current').textContent).toBe('12月底前');
    find('[data-testid="finding-fix"]').click();
    await flushPromises();
    await flushPromises();
    const text = (): string => find('[data-testid="body-editor"]').textContent ?? '';
    expect(text()).toContain('各部门要在2026年12月31日前完成自查');
    expect(document.querySelectorAll('[data-testid="finding"]')).toHaveLength(2);
    await press('z', { ctrlKey: true, code: 'KeyZ' });
    expect(text()).toContain('各部门要在12月底前完成自查');
  });

  it('are put right by F7 and by the keys of their list, which goes on to the next', async () => {
    await open();
    await press('F4');
    await press('F7');
    expect(find('[data-testid="body-editor"]').textContent).toContain('各部门要在2026年12月31日前完成自查');
    expect(desk.argsOf('check_fix')).toHaveLength(1);
    expect(document.getSelection()?.isCollapsed, 'the next key writes over nothing').toBe(true);
    await press('4', { altKey: true, code: 'Digit4' });
    const note = find('[data-testid="finding"]');
    expect(note.contains(document.activeElement)).toBe(true);
    expect(note.classList, 'what F7 would put right is marked').toContain('current');
    find('[data-testid="finding-keep"]').click();
    await flushPromises();
    expect(document.activeElement).toBe(find('[data-testid="finding-reason"]'));
  });

  it('are kept only with a reason', async () => {
    await open();
    const note = find('[data-testid="finding"]');
    [...note.querySelectorAll('button')].find((one) => one.textContent?.trim() === '保留')?.click();
    await flushPromises();
    const submit = note.querySelector<HTMLButtonElement>('button[type="submit"]');
    submit?.click();
    await flushPromises();
    expect(find('[data-testid="finding-reason-lacks"]').textContent).toContain('请写明保留的理由');
    expect(document.activeElement).toBe(find('[data-testid="finding-reason"]'));
    expect(desk.argsOf('check_keep')).toEqual([]);
    await write(note.querySelector('input'), '上级来文如此表述');
    submit?.click();
    await flushPromises();
    expect(desk.argsOf('check_keep')).toEqual([
      { draft_id: 'draft-0', key: 'relative-date', reason: '上级来文如此表述' },
    ]);
  });
});

describe('the whole draft', () => {
  it('is submitted after a second question that lists what breaks a rule', async () => {
    await open();
    await press('Enter', { ctrlKey: true });
    await flushPromises();
    expect(document.body.textContent).toContain('还有 1 处不符合规定');
    expect(find('[data-testid="submit-missing"]').textContent).toContain('现在还没有：签发人');
    expect(desk.argsOf('draft_submit')).toEqual([]);
    // A desk without a server: nobody else receives it, and it says so.
    expect(find('[data-testid="submit-receiver"]').textContent).toContain(samples.me.person);
    find('[data-testid="submit-yes"]').click();
    await flushPromises();
    expect(desk.argsOf('draft_submit')).toEqual([{ id: 'draft-0', note: '' }]);
  });

  it('is submitted by its author alone, not by who writes along', async () => {
    await open({ row: { ...samples.draftRow(0), id: 'draft-0', state: 'drafting', from_other: true } });
    expect(document.querySelector('[data-testid="findings-toggle"]')).not.toBeNull();
    expect(document.querySelector('[data-testid="submit"]')).toBeNull();
  });

  it('once submitted can be read and withdrawn, not written', async () => {
    await open({ read_only: true, row: { ...samples.draftRow(0), id: 'draft-0', state: 'submitted' } });
    expect(find('[data-testid="body-editor"]').getAttribute('contenteditable')).toBe('false');
    expect(document.querySelector('[data-testid="submit"]')).toBeNull();
    expect(find('[data-testid="title"]').hasAttribute('readonly')).toBe(true);
    find('[data-testid="withdraw"]').click();
    await flushPromises();
    expect(desk.argsOf('draft_withdraw')).toEqual([{ id: 'draft-0' }]);
  });

  it('is flushed by Ctrl+S and when one leaves', async () => {
    await open();
    await press('s', { ctrlKey: true, code: 'KeyS' });
    expect(desk.argsOf('draft_flush')).toHaveLength(1);
    screen.unmount();
    await flushPromises();
    expect(desk.argsOf('draft_close')).toHaveLength(1);
  });

  it('goes round its panes by F6 and to each by Alt and a number', async () => {
    await open();
    const inside = (): string =>
      ['left', 'body', 'notes', 'page'].find((part) =>
        find(`.panes > .${part}`).contains(document.activeElement),
      ) ?? 'none';
    await press('2', { altKey: true, code: 'Digit2' });
    expect(inside()).toBe('body');
    await press('F6');
    expect(inside()).toBe('notes');
    await press('F6');
    expect(inside()).toBe('page');
    await press('F6');
    expect(inside()).toBe('left');
    await press('F6', { shiftKey: true });
    expect(inside()).toBe('page');
    await press('1', { altKey: true, code: 'Digit1' });
    expect(inside()).toBe('left');
    await press('4', { altKey: true, code: 'Digit4' });
    expect(inside()).toBe('notes');
  });

  it('turns to its other bodies by Ctrl and Page, the cursor in the text', async () => {
    await open();
    const label = (): string | null | undefined => document.activeElement?.getAttribute('aria-label');
    await press('2', { altKey: true, code: 'Digit2' });
    expect(label()).toBe('正文');
    await press('PageDown', { ctrlKey: true });
    await vi.waitFor(() => expect(label()).toContain('附件'));
    await press('PageUp', { ctrlKey: true });
    await vi.waitFor(() => expect(label()).toBe('正文'));
  });

  it('waits with the cursor in the title while there is none, and then in the text', async () => {
    await open({}, draftDoc(true));
    expect(document.activeElement).toBe(find('[data-testid="title"]'));
    screen.unmount();
    await open();
    await vi.waitFor(() => expect(document.activeElement).toBe(find('[data-testid="body-editor"]')));
  });

  it('can be exported, printed and measured from the palette', async () => {
    await open();
    const command = (id: string) => screenCommands().find((one) => one.id === `draft-${id}`);
    command('proof')?.act();
    command('pdf')?.act();
    await flushPromises();
    await flushPromises();
    expect(document.querySelector('[data-testid="proof-list"]')).not.toBeNull();
    expect(desk.argsOf('draft_export')).toMatchObject([{ id: 'draft-0', kind: 'pdf' }]);
    screen.unmount();
    expect(screenCommands()).toEqual([]);
  });

  it('goes back to a version only after the question', async () => {
    await open();
    find('[data-testid="versions"]').click();
    await flushPromises();
    const restore = [...document.querySelectorAll<HTMLButtonElement>('.timeline li button')].find((one) =>
      one.textContent?.includes('恢复'),
    );
    restore?.click();
    await flushPromises();
    expect(asked.value?.title).toBe('恢复到“送股长阅”？');
    expect(desk.argsOf('version_restore')).toEqual([]);
    asked.value?.answer(true);
    await flushPromises();
    expect(desk.argsOf('version_restore')).toEqual([{ draft_id: 'draft-0', version_id: 'v3' }]);
  });

  it('has nothing serious for axe to say, with and without text', async () => {
    for (const doc of [draftDoc(), draftDoc(true)]) {
      await open({}, doc);
      await press('F8');
      const { violations } = await axe.run(document.body, {
        rules: { 'color-contrast': { enabled: false } },
      });
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
        [],
      );
      screen.unmount();
    }
  });
});
