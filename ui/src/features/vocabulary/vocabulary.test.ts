import { describe, expect, it } from 'vitest';
import VocabularyScreen from '@/features/vocabulary/VocabularyScreen.vue';
import { asked } from '@/parts/ask';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { byId, click, isShown, press, screenText, settle, show, type } from '@test/mount';
import * as samples from '@test/samples';

const submit = async () => {
  byId('vocabulary-form').dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
};

describe('vocabulary', () => {
  it.each(['agencies', 'people', 'phrases', 'templates'])('shows %s, filled and empty', async (kind) => {
    useDesk();
    const { wrapper } = await show(VocabularyScreen, { at: `/vocabulary/${kind}` });
    expect(isShown('vocabulary-list')).toBe(true);
    await expectAccessible();
    wrapper.unmount();
    const { queryClient } = await import('@/api/query');
    queryClient.clear();
    useDesk({ agency_list: () => [], person_list: () => [], phrase_list: () => [], template_list: () => [] });
    await show(VocabularyScreen, { at: `/vocabulary/${kind}` });
    expect(screenText()).toContain('还没有内容');
    await expectAccessible();
  });

  it('looks up by what is typed, pinyin too', async () => {
    const desk = useDesk();
    await show(VocabularyScreen, { at: '/vocabulary/people' });
    await type('vocabulary-text', 'lzy');
    await settle(300);
    expect(desk.argsOf('person_list').at(-1)).toEqual({ text: 'lzy', limit: 500 });
  });

  it('adds an agency that stands for several', async () => {
    const desk = useDesk();
    await show(VocabularyScreen, { at: '/vocabulary/agencies' });
    await click('vocabulary-add');
    await type('agency-name', '各县属国有企业');
    const members = document.querySelector('textarea');
    if (members) {
      members.value = '青河城投集团\n\n青河水务集团';
      members.dispatchEvent(new Event('input', { bubbles: true }));
    }
    await settle();
    await submit();
    expect(desk.argsOf('agency_put')).toMatchObject([
      {
        entry: { id: '', name: '各县属国有企业', members: ['青河城投集团', '青河水务集团'] },
        was: null,
      },
    ]);
  });

  it('keeps what was typed when saving is refused, and says why', async () => {
    useDesk({
      person_put: () => {
        throw refusal({ sentence: '已有同名同部门的人员。' });
      },
    });
    await show(VocabularyScreen, { at: '/vocabulary/people' });
    await click('vocabulary-add');
    await type('person-name', '林知遥');
    await submit();
    expect(screenText()).toContain('已有同名同部门的人员');
    expect((byId('person-name') as HTMLInputElement).value).toBe('林知遥');
  });

  it('asks before it removes, and never offers to remove its own agency', async () => {
    const desk = useDesk();
    await show(VocabularyScreen, { at: '/vocabulary/agencies' });
    expect(isShown('vocabulary-remove'), 'the first agency is one’s own').toBe(false);
    byId('vocabulary-list').focus();
    await press('ArrowDown');
    await click('vocabulary-remove');
    asked.value?.answer(true);
    await settle();
    expect(desk.argsOf('agency_remove')).toEqual([{ id: 'agency-青河县人民政府' }]);
  });

  it('is read-only for those who do not keep it', async () => {
    useDesk({ session_me: () => ({ ...samples.me, permissions: ['member', 'draft'] }) });
    await show(VocabularyScreen, { at: '/vocabulary/people' });
    expect(isShown('vocabulary-add')).toBe(false);
    expect(isShown('vocabulary-save')).toBe(false);
    expect(screenText()).toContain('修改由业务管理员（文书）进行');
  });

  it('reads a sheet only after it has said what would happen', async () => {
    const desk = useDesk();
    await show(VocabularyScreen, { at: '/vocabulary/agencies' });
    await click('vocabulary-read');
    await click('sheet-choose');
    expect(byId('sheet-report').textContent).toContain('第 9 行');
    await expectAccessible();
    expect(desk.argsOf('vocabulary_read')).toEqual([{ kind: 'agencies', token: 'token-1', dry_run: true }]);
    await click('sheet-read');
    expect(desk.argsOf('vocabulary_read')[1]).toEqual({ kind: 'agencies', token: 'token-2', dry_run: false });
  });

  it('begins a draft from a template, in the direction that the template has', async () => {
    const desk = useDesk({ draft_create: () => samples.draftRow(0) });
    const { router } = await show(VocabularyScreen, { at: '/vocabulary/templates' });
    router.push = () => Promise.resolve(undefined);
    await click('template-begin');
    expect(desk.argsOf('draft_create')).toMatchObject([
      { template_id: 'template-1', document_type: 'notice', direction: 'downward' },
    ]);
    expect(screenText(), 'where each template goes is in the list').toContain('上行文');
  });
});
