import { describe, expect, it, vi } from 'vitest';
import FindScreen from '@/features/find/FindScreen.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, press, screenText, settle, show, type } from '@test/mount';

describe('find', () => {
  it('asks nothing before anything is typed', async () => {
    const desk = useDesk();
    await show(FindScreen, { at: '/find' });
    expect(desk.argsOf('find_text')).toEqual([]);
    expect(screenText()).toContain('输入两个以上的字');
    await expectAccessible();
  });

  it('finds as one types, marks what was found, and shows the page of the first', async () => {
    const desk = useDesk();
    await show(FindScreen, { at: '/find' });
    await type('find-text', '水利');
    await settle(300);
    expect(desk.argsOf('find_text')).toEqual([
      { text: '水利', document_type: null, from: null, to: null, versions: false, offset: 0, limit: 200 },
    ]);
    expect(document.querySelector('mark')?.textContent).toBe('水利');
    expect(desk.argsOf('preview_get')).toEqual([{ id: 'draft-2' }]);
    expect(byId('find-total').textContent).toContain('4');
    await expectAccessible();
  });

  it('keeps the hand in the field: arrows choose, Enter opens, also in an older version', async () => {
    useDesk();
    const { router } = await show(FindScreen, { at: '/find?text=水利' });
    const push = vi.spyOn(router, 'push').mockResolvedValue(undefined);
    const field = byId('find-text');
    field.focus();
    await press('Enter', { isComposing: true });
    expect(push, 'Enter of the input method').not.toHaveBeenCalled();
    await press('ArrowDown');
    await press('ArrowDown');
    await press('Enter');
    expect(push).toHaveBeenCalledWith({
      name: 'draft',
      params: { id: 'draft-0' },
      query: { version: 'version-3' },
    });
  });

  it('also looks into versions when asked', async () => {
    const desk = useDesk();
    await show(FindScreen, { at: '/find?text=水利' });
    await click('find-versions');
    await settle(200);
    expect(desk.argsOf('find_text').at(-1)).toMatchObject({ text: '水利', versions: true });
  });

  it('says that nothing was found and what to try', async () => {
    useDesk({ find_text: () => ({ total: 0, hits: [] }) });
    await show(FindScreen, { at: '/find?text=无此内容' });
    await settle(100);
    expect(screenText()).toContain('没有找到');
  });

  it('shows a refusal where the hits would be', async () => {
    useDesk({
      find_text: () => {
        throw refusal({ sentence: '索引正在重建，请稍候。', code: 'not_now' });
      },
    });
    await show(FindScreen, { at: '/find?text=水利' });
    await settle(100);
    expect(screenText()).toContain('索引正在重建');
  });
});
