import { describe, expect, it } from 'vitest';
import type { DoubleEditRow } from '@/api/generated/types';
import DoubleEditScreen from '@/features/double-edit/DoubleEditScreen.vue';
import { expectAccessible } from '@test/axe';
import { refusal, useDesk } from '@test/desk';
import { click, isShown, screenText, show } from '@test/mount';

const edit = (more: Partial<DoubleEditRow> = {}): DoubleEditRow => ({
  id: 'edit-1',
  entity: 'vocabulary_phrase',
  label: '特此通知。',
  field: 'phrase',
  kept_value: '特此函达。',
  seen: '特此函达。',
  kept_by: '何雨桐',
  lost_value: '特此函复。',
  open: true,
  history: [
    { at: '2026-03-02T01:00:00.000Z', by: '何雨桐', step: 'stood', value: '特此函达。' },
    { at: '2026-03-02T01:05:00.000Z', by: '沈亦舟', step: 'wanted', value: '特此函复。' },
  ],
  ...more,
});

describe('double edits', () => {
  it('shows both values, who the other is from, and asks which one', async () => {
    useDesk({ double_edit_list: () => [edit()] });
    await show(DoubleEditScreen, { at: '/double-edits' });
    for (const words of ['何雨桐', '特此函达。', '特此函复。', '采用哪一个']) {
      expect(screenText()).toContain(words);
    }
    await expectAccessible();
  });

  it('settles with one click, on what was seen', async () => {
    const desk = useDesk({
      double_edit_list: () => [edit()],
      double_edit_settle: () => ({ kind: 'applied' }),
    });
    await show(DoubleEditScreen, { at: '/double-edits' });
    await click('double-edit-adopt');
    expect(desk.argsOf('double_edit_settle')).toEqual([{ id: 'edit-1', adopt: true, seen: '特此函达。' }]);
  });

  it('settles telephones as those who keep them do', async () => {
    const desk = useDesk({
      double_edit_list: () => [edit({ entity: 'telephone', field: 'number' })],
      contact_settle: () => ({ kind: 'waiting' }),
    });
    await show(DoubleEditScreen, { at: '/double-edits' });
    await click('double-edit-keep');
    expect(desk.argsOf('contact_settle')).toMatchObject([{ adopt: false }]);
  });

  it('keeps what was settled to be read, without buttons', async () => {
    useDesk({ double_edit_list: () => [edit({ open: false })] });
    await show(DoubleEditScreen, { at: '/double-edits' });
    expect(isShown('double-edit-adopt')).toBe(false);
    expect(screenText()).toContain('已选定');
  });

  it('says when there is nothing', async () => {
    useDesk();
    await show(DoubleEditScreen, { at: '/double-edits' });
    expect(screenText()).toContain('没有两处修改');
  });

  it('says what went wrong', async () => {
    useDesk({
      double_edit_list: () => {
        throw refusal({ code: 'bug', sentence: '读取时出错。', reference: 'T-7' });
      },
    });
    await show(DoubleEditScreen, { at: '/double-edits' });
    expect(screenText()).toContain('读取时出错');
  });
});
