// A version that was found by the search: the address names it, the screen opens it as it stood.
import { beforeEach, describe, expect, it } from 'vitest';
import { toasts } from '@/parts/notify';
import { expectAccessible } from '@test/axe';
import { useDesk, type Desk } from '@test/desk';
import { keepDraft } from '@test/draftSample';
import { byId, click, press, screenText, settle, show } from '@test/mount';
import DraftingScreen from '@/features/drafting/DraftingScreen.vue';

let desk: Desk;

async function openAt(address: string) {
  const shown = await show(DraftingScreen, { at: address, props: { id: 'draft-0' } });
  await settle(200);
  return shown;
}

beforeEach(() => {
  Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
  Range.prototype.getBoundingClientRect = () => new DOMRect();
  document.elementFromPoint = () => null;
  desk = useDesk();
  keepDraft(desk);
});

describe('a draft opened at an older version', () => {
  it('shows that version as it stood, to be read; the marks and the text of now are one click away', async () => {
    await openAt('/draft/draft-0?version=v2');
    expect(byId('versions').getAttribute('aria-pressed')).toBe('true');
    expect(desk.argsOf('version_compare')).toEqual([
      { draft_id: 'draft-0', from: 'v2', to: 'v2', clean: true },
    ]);
    const compare = byId('version-compare');
    expect(compare.querySelector('strong')?.textContent).toBe('第二稿');
    expect(compare.querySelector('[contenteditable="true"]')).toBeNull();
    expect(document.querySelector('.timeline li.compared')?.textContent).toContain('第二稿');
    await expectAccessible();
    await click('compare-marked');
    await click('compare-clean');
    expect(desk.argsOf('version_compare').slice(1)).toEqual([
      { draft_id: 'draft-0', from: 'v2', to: null, clean: false },
      { draft_id: 'draft-0', from: 'v2', to: null, clean: true },
    ]);
  });

  it('leads from change to change by F4, round again at the end, and lists the keys', async () => {
    await openAt('/draft/draft-0?version=v2');
    await click('compare-marked');
    await settle();
    const says = () => byId('compare-changes').textContent?.replace(/\s/g, '');
    const framed = () =>
      [...document.querySelectorAll('[data-page] .mark.current')].map(
        (mark) => mark.closest<HTMLElement>('[data-page]')?.dataset.page,
      );
    expect(document.querySelectorAll('[data-page] .mark')).toHaveLength(3);
    expect(says()).toContain('共2处改动');
    await press('F4');
    expect([says(), framed()]).toEqual([expect.stringContaining('第1处，共2处'), ['0']]);
    await press('F4');
    expect(framed()).toEqual(['0', '1']);
    await press('F4');
    expect(says()).toContain('第1处');
    await press('F4', { shiftKey: true });
    expect(says()).toContain('第2处');
    await expectAccessible();
    await click('compare-close');
    expect(screenText()).not.toContain('处改动');
  });

  it('turns to another version when the address does', async () => {
    const { router } = await openAt('/draft/draft-0');
    expect(desk.argsOf('version_compare')).toEqual([]);
    await router.replace('/draft/draft-0?version=v3');
    await settle(100);
    expect(byId('version-compare').querySelector('strong')?.textContent).toBe('送股长阅');
  });

  it('says so when the version is gone, and shows the draft as it is now', async () => {
    await openAt('/draft/draft-0?version=v9');
    expect(desk.argsOf('version_compare')).toEqual([]);
    expect(toasts.map((one) => one.text).join()).toContain('已经不在');
    expect(byId('body-editor').textContent).toContain('自查');
  });
});
